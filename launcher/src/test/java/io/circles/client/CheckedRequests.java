package io.circles.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.Json;
import io.circles.protocol.SignApi;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.KeyPair;
import java.time.Instant;
import java.util.Base64;

/// Requests to sign as the client hands them to an application, made without a circle.
///
/// @param message in base64
public record CheckedRequests(
        String message, String contentType, String display, String requester, SignDigest digest) {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    /// The key of the circle.
    public static final KeyPair CIRCLE = key(1);

    /// The key of whoever asks.
    public static final KeyPair REQUESTER = key(2);

    private static KeyPair key(int number) {
        byte[] secret = new byte[32];
        secret[31] = (byte) number;
        return KeyPair.of(secret);
    }

    /// A text and what to show with it.
    public static CheckedRequests text(String message, String display) {
        return tagged(message.getBytes(UTF_8), "text/plain", display);
    }

    /// Bytes of some type.
    public static CheckedRequests bytes(byte[] message, String contentType) {
        return tagged(message, contentType, "");
    }

    private static CheckedRequests tagged(byte[] message, String contentType, String display) {
        String requester = REQUESTER.publicKey().hex();
        String base64 = Base64.getEncoder().encodeToString(message);
        return new CheckedRequests(base64, contentType, display, requester, SignDigest.TAGGED);
    }

    /// The same with a plain digest, whoever asks.
    public CheckedRequests plain(String whoever) {
        return new CheckedRequests(message, contentType, display, whoever, SignDigest.SHA256);
    }

    /// The same of another type.
    public CheckedRequests typed(String type) {
        return new CheckedRequests(message, type, display, requester, digest);
    }

    /// The request by that name.
    public SignRequest named(String id) {
        var wire =
                new SignApi.Requested(
                        id,
                        message,
                        contentType,
                        display,
                        requester,
                        NOW.plusSeconds(60).getEpochSecond(),
                        digest.word());
        return new SignCheck(CIRCLE.publicKey(), () -> NOW).check(Json.tree(wire));
    }
}
