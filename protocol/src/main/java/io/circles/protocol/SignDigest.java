package io.circles.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.crypto.Digest;
import io.circles.protocol.crypto.PublicKey;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What of a request to sign is signed.
public enum SignDigest {
    /// SHA-256 of the message alone: what wallets and verifiers elsewhere expect, and good for
    /// whatever the same bytes mean there.
    SHA256,

    /// SHA-256 of T‖T‖circle‖requester‖SHA-256(content type)‖SHA-256(display)‖message with T =
    /// SHA-256("circles sign v1"), as BIP 340 tags its hashes: good for nothing but this request's
    /// purpose, so no signature that was asked for here can serve elsewhere.
    TAGGED;

    private static final byte[] TAG = Digest.sha256("circles sign v1".getBytes(UTF_8));
    private static final byte[] RESERVED = "circles ".getBytes(UTF_8);

    /// What surrounds a message that is to be signed, and is signed with it when the digest is
    /// [#TAGGED].
    ///
    /// @param circle the circle's key
    /// @param requester the key of whoever asks
    /// @param contentType what the message is
    /// @param display what is shown to whoever decides
    public record Context(
            PublicKey circle, PublicKey requester, String contentType, String display) {}

    /// The digest of that name on the wire, if there is one.
    public static Optional<SignDigest> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }

    /// Its name on the wire: `sha256` or `tagged`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The 32 bytes that are signed.
    public byte[] digest(byte[] message, Context context) {
        return switch (this) {
            case SHA256 -> Digest.sha256(message);
            case TAGGED ->
                    Digest.sha256(
                            TAG,
                            TAG,
                            context.circle().bytes(),
                            context.requester().bytes(),
                            Digest.sha256(context.contentType().getBytes(UTF_8)),
                            Digest.sha256(context.display().getBytes(UTF_8)),
                            message);
        };
    }

    /// Whether a message begins as what this protocol itself has signed: as its texts do, such as a
    /// log-in's, or as what is hashed for [#TAGGED], of which a signature over the plain SHA-256
    /// would be one with a context of the requester's making. Nobody may ask for a signature over
    /// such a message, and no device should give it.
    public static boolean isReserved(byte[] message) {
        return begins(message, RESERVED) || begins(message, TAG);
    }

    private static boolean begins(byte[] message, byte[] start) {
        return message.length >= start.length
                && Arrays.equals(message, 0, start.length, start, 0, start.length);
    }
}
