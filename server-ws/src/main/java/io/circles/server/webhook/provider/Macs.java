package io.circles.server.webhook.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What the ways to sign have in common: an HMAC over texts and bytes, and its comparison.
final class Macs {
    static final String SHA256 = "HmacSHA256";
    static final String SHA512 = "HmacSHA512";

    private static final int SHORTEST_SECRET = 16;
    private static final int LONGEST_SECRET = 4_096;

    private Macs() {}

    /// The bytes of a secret's text.
    ///
    /// @throws IllegalArgumentException if it is too short or too long; it does not show it
    static byte[] textKey(String secret) {
        byte[] key = secret.getBytes(UTF_8);
        if (key.length < SHORTEST_SECRET || key.length > LONGEST_SECRET) {
            throw new IllegalArgumentException(
                    "the secret of a webhook has %d to %d bytes"
                            .formatted(SHORTEST_SECRET, LONGEST_SECRET));
        }
        return key;
    }

    /// @param before goes before the body
    static byte[] of(String algorithm, byte[] key, String before, byte[] body) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            mac.update(before.getBytes(UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " is part of every JDK", e);
        }
    }

    /// Whether any of the signatures is one by any of the keys. All are tried, whatever fits.
    static boolean anyFits(
            String algorithm,
            List<byte[]> keys,
            List<byte[]> signatures,
            String before,
            byte[] body) {
        boolean fits = false;
        for (byte[] key : keys) {
            byte[] right = of(algorithm, key, before, body);
            for (byte[] signature : signatures) {
                fits |= MessageDigest.isEqual(right, signature);
            }
        }
        return fits;
    }

    /// What digits stand for; empty when they are none.
    static Optional<byte[]> hex(String text) {
        try {
            return Optional.of(HexFormat.of().parseHex(text)).filter(bytes -> bytes.length > 0);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
