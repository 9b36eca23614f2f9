package io.circles.script.redis;

import io.circles.protocol.crypto.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// The secret that nodes and workers share, `redis.key`: whoever has it can send jobs in every
/// caller's name. Immutable; shows nothing.
public final class SharedKey {
    /// The least length, in bytes.
    public static final int LEAST_BYTES = 32;

    private static final String FINGERPRINT = "circles redis v3 fingerprint";
    private static final int FINGERPRINT_BYTES = 4;

    private final byte[] secret;

    private SharedKey(byte[] secret) {
        this.secret = secret;
    }

    /// The key of that text, in UTF-8.
    ///
    /// @throws IllegalArgumentException if it is shorter than [#LEAST_BYTES]; says the length only
    public static SharedKey of(String text) {
        byte[] secret = text.getBytes(StandardCharsets.UTF_8);
        if (secret.length < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "has %d bytes or more, such as openssl rand -hex 32 makes, not %d"
                            .formatted(LEAST_BYTES, secret.length));
        }
        return new SharedKey(secret);
    }

    /// The key of one purpose: a new array.
    byte[] derived(Purpose purpose) {
        return derived(purpose.derivation());
    }

    private byte[] derived(String what) {
        return Digest.derivedKey(secret, what.getBytes(StandardCharsets.UTF_8));
    }

    /// Tells keys apart and is no secret: 8 hexadecimal digits.
    String fingerprint() {
        return HexFormat.of().formatHex(derived(FINGERPRINT), 0, FINGERPRINT_BYTES);
    }

    @Override
    public String toString() {
        return "SharedKey";
    }
}
