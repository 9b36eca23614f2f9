package io.circles.script;

import io.circles.protocol.crypto.PublicKey;
import org.jspecify.annotations.Nullable;

/// On whose behalf a script runs. Immutable.
///
/// @param publicKey the proven key; null exactly when the caller is anonymous
/// @param kind how the caller is known
public record Caller(@Nullable PublicKey publicKey, Kind kind) {
    private static final Caller ANONYMOUS = new Caller(null, Kind.ANONYMOUS);

    /// How a caller is known.
    public enum Kind {
        /// Nobody has proven a key.
        ANONYMOUS,
        /// The holder of a key.
        KEY
    }

    public Caller {
        if ((publicKey == null) != (kind == Kind.ANONYMOUS)) {
            throw new IllegalArgumentException(
                    "a caller is anonymous, or has a key and is of kind KEY");
        }
    }

    /// A caller that has proven nothing.
    public static Caller anonymous() {
        return ANONYMOUS;
    }

    /// The holder of that key.
    public static Caller of(PublicKey publicKey) {
        return new Caller(publicKey, Kind.KEY);
    }
}
