package io.circles.script.redis;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where Redis is, and as whom this process is there. Immutable; shows no secrets.
///
/// @param user of Redis's access lists; without one it is Redis's `default`
/// @param password of that user
/// @param authority a PEM file with the certificates that are trusted with TLS; without one those
///     that the JVM trusts
/// @param key seals every message
/// @param prefix what the names of all keys and streams begin with: [#PREFIX]
/// @param node how this process is called in Redis and in logs: [#NODE]
public record RedisSettings(
        RedisAddress address,
        Optional<String> user,
        Optional<String> password,
        Optional<Path> authority,
        SharedKey key,
        String prefix,
        String node) {
    /// The prefix where nothing else is said.
    public static final String DEFAULT_PREFIX = "circles:";

    /// The node where nothing else is said.
    public static final String DEFAULT_NODE = "node";

    /// What can be a prefix.
    public static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9:_.-]{1,64}");

    /// What can be the name of a node.
    public static final Pattern NODE = Pattern.compile("[a-z0-9-]{1,63}");

    public RedisSettings {
        if (!PREFIX.matcher(prefix).matches() || !NODE.matcher(node).matches()) {
            throw new IllegalArgumentException("a prefix or a node that cannot be");
        }
    }

    /// The name of a key or stream.
    public String name(String rest) {
        return prefix + rest;
    }

    @Override
    public String toString() {
        return "RedisSettings[" + address + ", " + prefix + ", " + node + "]";
    }
}
