package io.circles.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.SignApi;
import io.circles.protocol.crypto.KeyPair;
import java.time.Instant;
import java.util.Base64;

/// Requests to sign as a circle sends them, field by field, so that tests can spoil one.
final class SignRequests {
    static final KeyPair REQUESTER = Nonces.key(2);

    /// When the nonces of [Nonces] are issued: this machine's clock says something else.
    static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    /// Of [#wire], by openssl: see `SignDigestTest`.
    static final String DIGEST = "4eaf59890dbd8b08ffab35f27e83c13157efe06ae1ec72b6ba172ab14f873448";

    private SignRequests() {}

    static ObjectNode wire(String id) {
        return Json.tree(
                        new SignApi.Requested(
                                id,
                                base64("pay bob 10".getBytes(UTF_8)),
                                "text/plain",
                                "Pay 10 € to Bob",
                                REQUESTER.publicKey().hex(),
                                NOW.plusSeconds(60).getEpochSecond(),
                                "tagged"))
                .deepCopy();
    }

    static String base64(byte[] message) {
        return Base64.getEncoder().encodeToString(message);
    }

    static ObjectNode closed(String id, String state) {
        return Json.tree(new SignApi.Closed(id, state)).deepCopy();
    }
}
