package io.circles.server.mpc;

import java.util.Locale;

/// Where groups are made. A group of one endpoint does not exist on the other.
public enum Endpoint {
    /// The circle's own protocol, where members are keys.
    CIRCLE,
    /// That of the original, at `/mpc`, where members are connections.
    ORIGINAL;

    /// As it is kept.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Endpoint of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
