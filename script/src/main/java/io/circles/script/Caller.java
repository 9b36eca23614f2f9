package io.circles.script;

import io.circles.protocol.crypto.PublicKey;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// On whose behalf a script runs. Immutable.
///
/// @param publicKey the proven key; null when nobody has proven one
/// @param kind how the caller is known
/// @param roles the caller's rank in the circle, such as `member`, and what the circle's
///     configuration gives it besides
public record Caller(@Nullable PublicKey publicKey, Kind kind, List<String> roles) {
    private static final Caller ANONYMOUS = new Caller(null, Kind.ANONYMOUS, List.of("anonymous"));

    /// How a caller is known: the script's `caller.kind`.
    public enum Kind {
        /// Nobody has proven a key.
        ANONYMOUS,
        /// The holder of a key.
        KEY,
        /// A webhook's sender, known by a shared secret.
        WEBHOOK,
        /// The circle itself.
        CIRCLE;

        /// As the script sees it: lower-case.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Caller {
        roles = List.copyOf(roles);
        boolean mayHaveKey = kind == Kind.KEY || kind == Kind.CIRCLE;
        if ((publicKey == null) != !mayHaveKey) {
            throw new IllegalArgumentException(
                    "a caller of kind KEY or CIRCLE has a key, another has none");
        }
    }

    /// A caller that has proven nothing.
    public static Caller anonymous() {
        return ANONYMOUS;
    }

    /// The holder of that key, of whom nothing else is known.
    public static Caller of(PublicKey publicKey) {
        return of(publicKey, List.of("authenticated"));
    }

    /// The holder of that key.
    public static Caller of(PublicKey publicKey, List<String> roles) {
        return new Caller(publicKey, Kind.KEY, roles);
    }

    /// The sender of a verified webhook.
    public static Caller webhook() {
        return new Caller(null, Kind.WEBHOOK, List.of());
    }

    /// The circle with that key, on its own behalf.
    public static Caller circle(PublicKey circle) {
        return new Caller(circle, Kind.CIRCLE, List.of("owner"));
    }
}
