package io.circles.server.sigsocket;

import io.circles.protocol.crypto.PublicKey;
import java.util.Optional;
import java.util.regex.Pattern;

/// Who asks for a signature. Immutable.
///
/// @param name as devices and the audit are told: a key in hex, or a word for somebody without one
public record Requester(String name) {
    private static final Pattern KEY = Pattern.compile("0[23][0-9a-f]{64}");
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

    public Requester {
        if (!KEY.matcher(name).matches() && !WORD.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a requester is a key in hex, or a word of at most 32 of a-z, 0-9, _ and -");
        }
    }

    /// The holder of a key.
    public static Requester of(PublicKey key) {
        return new Requester(key.hex());
    }

    /// The key of whoever asks, if there is one.
    public Optional<PublicKey> key() {
        return KEY.matcher(name).matches() ? Optional.of(PublicKey.parse(name)) : Optional.empty();
    }
}
