package io.circles.protocol.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/// The hash functions of the protocol. Each answer is a new array of 32 bytes.
///
/// Safe for use by several threads.
public final class Digest {
    private static final int KECCAK_BITS = 256;
    private static final int DERIVED_BYTES = 32;
    private static final String PERSONAL_PREFIX = "\u0019Ethereum Signed Message:\n";

    private Digest() {}

    /// SHA-256 (FIPS 180-4) of the parts, one after the other as if they were one array.
    public static byte[] sha256(byte[]... parts) {
        MessageDigest sha256 = newSha256();
        for (byte[] part : parts) {
            sha256.update(part);
        }
        return sha256.digest();
    }

    /// Keccak-256 as Ethereum uses it, which is not SHA3-256: the padding differs.
    public static byte[] keccak256(byte[] message) {
        var keccak = new KeccakDigest(KECCAK_BITS);
        keccak.update(message, 0, message.length);
        var digest = new byte[keccak.getDigestSize()];
        keccak.doFinal(digest, 0);
        return digest;
    }

    /// HMAC (RFC 2104) with SHA-256; a key may have any length, none too.
    public static byte[] hmacSha256(byte[] key, byte[] message) {
        var hmac = new HMac(new SHA256Digest());
        hmac.init(new KeyParameter(key));
        hmac.update(message, 0, message.length);
        var digest = new byte[hmac.getMacSize()];
        hmac.doFinal(digest, 0);
        return digest;
    }

    /// A key for one purpose out of a secret for many: HKDF (RFC 5869) with SHA-256, without salt,
    /// the first 32 bytes.
    ///
    /// @param secret any length; nobody can guess it
    /// @param purpose RFC 5869's `info`: other bytes give a key that tells nothing about this one
    public static byte[] derivedKey(byte[] secret, byte[] purpose) {
        var hkdf = new HKDFBytesGenerator(new SHA256Digest());
        hkdf.init(new HKDFParameters(secret, null, purpose));
        var key = new byte[DERIVED_BYTES];
        hkdf.generateBytes(key, 0, key.length);
        return key;
    }

    /// What `personal_sign` of an Ethereum wallet signs (EIP-191, version 0x45): Keccak-256 of a
    /// prefix, the message's length in bytes as decimal text, and the message.
    public static byte[] personalMessage(byte[] message) {
        byte[] prefix = (PERSONAL_PREFIX + message.length).getBytes(StandardCharsets.US_ASCII);
        var prefixed = new byte[prefix.length + message.length];
        System.arraycopy(prefix, 0, prefixed, 0, prefix.length);
        System.arraycopy(message, 0, prefixed, prefix.length, message.length);
        return keccak256(prefixed);
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must have SHA-256", e);
        }
    }
}
