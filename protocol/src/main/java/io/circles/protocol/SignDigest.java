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

    /// Whether a message begins as the texts do that this protocol itself has signed, such as a
    /// log-in's: nobody may ask for a signature over one, and no device should give it.
    public static boolean isReserved(byte[] message) {
        return message.length >= RESERVED.length
                && Arrays.equals(message, 0, RESERVED.length, RESERVED, 0, RESERVED.length);
    }
}
