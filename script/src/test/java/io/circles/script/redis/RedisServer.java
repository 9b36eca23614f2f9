package io.circles.script.redis;

import io.circles.testing.TestRedis;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/// A [TestRedis], and what is needed to reach it.
record RedisServer(TestRedis process) implements AutoCloseable {
    static final SharedKey KEY = SharedKey.of("a key of tests, of more than 32 bytes");

    /// @param options see [TestRedis#start(String...)]
    static RedisServer start(String... options) {
        return new RedisServer(TestRedis.start(options));
    }

    RedisSettings settings(String prefix) {
        return settings("redis://127.0.0.1:" + port(), prefix);
    }

    /// Those of somebody with another key.
    RedisSettings settings(SharedKey key, String prefix) {
        return settings("redis://127.0.0.1:" + port(), key, prefix);
    }

    /// A Redis at that address, without a user.
    static RedisSettings settings(String url, String prefix) {
        return settings(url, KEY, prefix);
    }

    private static RedisSettings settings(String url, SharedKey key, String prefix) {
        return new RedisSettings(
                RedisAddress.parse(url),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                key,
                prefix + ":",
                RedisSettings.DEFAULT_NODE);
    }

    int port() {
        return process.port();
    }

    RedisConnections connections(String prefix) {
        return new RedisConnections(settings(prefix), InstantSource.system(), new SecureRandom());
    }

    @Override
    public void close() {
        process.close();
    }
}
