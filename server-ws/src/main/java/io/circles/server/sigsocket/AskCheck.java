package io.circles.server.sigsocket;

import io.circles.protocol.CircleException;
import io.circles.protocol.SignDigest;
import io.circles.protocol.Utf8;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.SignatureRequest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

/// Makes requests of what is asked, if that is right. Immutable.
///
/// @param circle whose requests they are
record AskCheck(PublicKey circle, SignLimits limits) {
    private static final int LONGEST_DISPLAY = 1_000;

    /// A new request.
    ///
    /// @throws CircleException `INVALID_PARAMS` that says what is not right
    SignRequest request(Ask ask, Instant now) {
        checkMessage(ask.message().bytes());
        require(
                SignatureRequest.isContentType(ask.contentType()),
                "content_type",
                "content_type has 1 to "
                        + SignatureRequest.LONGEST_CONTENT_TYPE
                        + " printable ASCII characters");
        checkDisplay(ask.display());
        long millis = ask.timeout().toMillis();
        require(
                millis >= 1 && millis <= limits.longest().toMillis(),
                "timeout_ms",
                "the timeout is 1 to " + limits.longest().toMillis() + " milliseconds");
        require(
                ask.digest() == SignDigest.SHA256 || ask.requester().key().isPresent(),
                "digest",
                "a tagged digest has the requester's key in it, and this requester has none");
        Instant created = Instant.ofEpochMilli(now.toEpochMilli());
        return new SignRequest(
                UUID.randomUUID().toString(),
                ask.key(),
                ask.message(),
                ask.contentType(),
                ask.display(),
                ask.digest(),
                ask.requester(),
                created,
                created.plusMillis(millis),
                signed(
                        ask.message(),
                        ask.digest(),
                        ask.requester(),
                        ask.contentType(),
                        ask.display()));
    }

    /// A request that another node has made.
    ///
    /// @throws IllegalArgumentException if it is one that no device may be shown
    SignRequest of(
            String id,
            PublicKey key,
            Message message,
            String contentType,
            String display,
            SignDigest digest,
            Requester requester,
            Instant created,
            Instant expiresAt) {
        if (SignDigest.isReserved(message.bytes())) {
            throw new IllegalArgumentException("a message that nobody may ask for");
        }
        return new SignRequest(
                id,
                key,
                message,
                contentType,
                display,
                digest,
                requester,
                created,
                expiresAt,
                signed(message, digest, requester, contentType, display));
    }

    private void checkMessage(byte[] message) {
        require(
                message.length >= 1 && message.length <= limits.messageBytes(),
                "message",
                "the message has 1 to " + limits.messageBytes() + " bytes");
        require(
                !SignDigest.isReserved(message),
                "message",
                "the message must not begin with \"circles \": such texts are Circles' own, for"
                        + " log-ins and proofs");
    }

    private static void checkDisplay(String display) {
        require(
                display.codePointCount(0, display.length()) <= LONGEST_DISPLAY
                        && Utf8.wellFormed(display).equals(display),
                "display",
                "display has at most " + LONGEST_DISPLAY + " characters");
    }

    private static void require(boolean right, String param, String otherwise) {
        if (!right) {
            throw CircleException.invalidParam(param, otherwise);
        }
    }

    /// The 32 bytes that are signed, in hex.
    private String signed(
            Message message,
            SignDigest digest,
            Requester requester,
            String contentType,
            String display) {
        SignDigest.Context context =
                new SignDigest.Context(
                        circle, requester.key().orElse(circle), contentType, display);
        return HexFormat.of().formatHex(digest.digest(message.bytes(), context));
    }
}
