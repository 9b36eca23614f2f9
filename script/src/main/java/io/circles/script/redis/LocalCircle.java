package io.circles.script.redis;

import io.circles.protocol.crypto.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What a worker knows of a circle from its own configuration: it never comes through Redis.
/// Immutable; shows names only.
///
/// @param state JDBC URL of the state of the circle with a key, as this machine reaches it; empty
///     where there is none
/// @param secrets what the circle's own functions may know, by name
public record LocalCircle(
        Function<PublicKey, Optional<String>> state, Map<String, String> secrets) {
    public LocalCircle {
        secrets = Map.copyOf(secrets);
    }

    @Override
    public String toString() {
        return "LocalCircle" + secrets.keySet();
    }
}
