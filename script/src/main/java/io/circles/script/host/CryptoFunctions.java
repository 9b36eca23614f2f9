package io.circles.script.host;

import io.circles.protocol.crypto.Digest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/// `crypto` of scripts, on bytes and text. Keys and signatures are text, hex or base64;
/// [#hex(byte\[\])] makes text of bytes.
///
/// Nothing here knows a secret of the circle. Safe for use by several threads; everything takes
/// microseconds, in proportion to what is hashed.
public final class CryptoFunctions {
    /// What [#random(int)] gives at once, in bytes.
    public static final int MOST_RANDOM_BYTES = 65_536;

    private static final int UUID_BYTES = 16;

    private final SecureRandom random;

    public CryptoFunctions(SecureRandom random) {
        this.random = random;
    }

    /// The text in which keys and signatures are passed: two lower-case digits for each byte.
    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /// SHA-256: 32 bytes.
    public byte[] sha256(byte[] data) {
        return Digest.sha256(data);
    }

    /// Keccak-256 as Ethereum uses it, which is not SHA3-256: 32 bytes.
    public byte[] keccak256(byte[] data) {
        return Digest.keccak256(data);
    }

    /// HMAC with SHA-256: 32 bytes.
    ///
    /// @param key of any length
    public byte[] hmacSha256(byte[] key, byte[] data) {
        return Digest.hmacSha256(key, data);
    }

    /// Whether the holder of the key signed the message: its SHA-256, or, with a signature of 65
    /// bytes, its EIP-191 digest, as wallets do. High S is as good as low S.
    ///
    /// @param publicKey 33 or 65 bytes
    /// @param signature r and s in 64 bytes, with v in 65, or strict DER
    /// @throws IllegalArgumentException when one of them cannot be read; says what would be right
    public boolean verify(String publicKey, String signature, byte[] message) {
        return Signature.parse(signature).verifies(PublicKey.parse(publicKey), message);
    }

    /// Whether the holder of the key signed this digest, whichever form the signature has.
    ///
    /// @param digest 32 bytes
    /// @throws IllegalArgumentException as [#verify] does, and for a digest of another length
    public boolean verifyDigest(String publicKey, String signature, byte[] digest) {
        return Signature.parse(signature).verifiesDigest(PublicKey.parse(publicKey), digest);
    }

    /// The key whose `personal_sign` (EIP-191) over the message this is, as 66 hex digits; empty if
    /// it is no key's. It proves nothing until it is compared with a key that was expected.
    ///
    /// @param signature r, s and v in 65 bytes, v being 0, 1, 27 or 28
    /// @throws IllegalArgumentException when the signature has another form
    public Optional<String> recover(String signature, byte[] message) {
        return recoverable(signature).recover(message).map(PublicKey::hex);
    }

    /// As [#recover], over a digest that was made by whatever rule.
    ///
    /// @param digest 32 bytes
    /// @throws IllegalArgumentException as [#recover] does, and for a digest of another length
    public Optional<String> recoverDigest(String signature, byte[] digest) {
        return recoverable(signature).recoverDigest(digest).map(PublicKey::hex);
    }

    private static Signature.Recoverable recoverable(String text) {
        if (Signature.parse(text) instanceof Signature.Recoverable recoverable) {
            return recoverable;
        }
        throw new IllegalArgumentException(
                "only a signature of 65 bytes (r, s and v) tells its key; this one has no v");
    }

    /// Random bytes that nobody can foresee.
    ///
    /// @param length 0 to [#MOST_RANDOM_BYTES]
    /// @throws IllegalArgumentException for another length
    public byte[] random(long length) {
        if (length < 0 || length > MOST_RANDOM_BYTES) {
            throw new IllegalArgumentException(
                    "random bytes are 0 to %d at once, not %d"
                            .formatted(MOST_RANDOM_BYTES, length));
        }
        var bytes = new byte[(int) length];
        random.nextBytes(bytes);
        return bytes;
    }

    /// A random UUID (RFC 9562, version 4) in lower case.
    public String uuid() {
        byte[] bytes = random(UUID_BYTES);
        bytes[6] = (byte) ((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte) ((bytes[8] & 0x3f) | 0x80);
        ByteBuffer halves = ByteBuffer.wrap(bytes);
        return new UUID(halves.getLong(), halves.getLong()).toString();
    }
}
