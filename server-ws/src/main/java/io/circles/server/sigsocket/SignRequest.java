package io.circles.server.sigsocket;

import io.circles.protocol.SignApi;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import io.circles.server.store.SignRow;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/// One request to the holder of a key. Immutable.
///
/// @param id unique in the circle
/// @param key whose signature is asked for
/// @param contentType what the message is
/// @param display what to show to whoever decides
/// @param digest what of the message is signed
/// @param requester who asks
/// @param created when it was made, to the millisecond
/// @param expiresAt when it ends by itself, to the millisecond
/// @param signed the 32 bytes that are signed, in hex
public record SignRequest(
        String id,
        PublicKey key,
        Message message,
        String contentType,
        String display,
        SignDigest digest,
        Requester requester,
        Instant created,
        Instant expiresAt,
        String signed) {

    /// Whether the key has signed exactly what was sent.
    boolean isSignedBy(Signature signature) {
        return signature.verifiesDigest(key, HexFormat.of().parseHex(signed));
    }

    /// As a device of the circle's protocol is told.
    public SignApi.Requested event() {
        return new SignApi.Requested(
                id,
                message.base64(),
                contentType,
                display,
                requester.name(),
                expiresAt.getEpochSecond(),
                digest.word());
    }

    /// As it is kept.
    ///
    /// @param asking what it belongs to; without one its message is not kept
    SignRow row(Optional<String> asking) {
        return new SignRow(
                id,
                asking,
                key.hex(),
                requester.name(),
                contentType,
                display,
                digest.word(),
                signed,
                created,
                expiresAt,
                false,
                Optional.empty(),
                asking.isPresent() ? message.base64() : "");
    }

    static SignRequest of(SignRow row) {
        return new SignRequest(
                row.id(),
                PublicKey.parse(row.key()),
                new Message(row.message()),
                row.contentType(),
                row.display(),
                SignDigest.of(row.digest()).orElseThrow(),
                new Requester(row.requester()),
                row.created(),
                row.expires(),
                row.signed());
    }
}
