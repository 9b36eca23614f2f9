package io.circles.script.redis;

import io.circles.protocol.crypto.Digest;
import java.nio.charset.StandardCharsets;

/// The secret that nodes and workers share, `redis.key`: whoever has it can send jobs in every
/// caller's name. Immutable; shows nothing.
public final class SharedKey {
    /// The least length, in bytes.
    public static final int LEAST_BYTES = 32;

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
        return Digest.derivedKey(secret, purpose.derivation().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "SharedKey";
    }
}
