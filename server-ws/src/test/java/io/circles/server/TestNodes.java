package io.circles.server;

import io.circles.script.bus.Bus;
import io.circles.script.redis.RedisAddress;
import io.circles.script.redis.RedisBus;
import io.circles.script.redis.RedisConnections;
import io.circles.script.redis.RedisSettings;
import io.circles.script.redis.SharedKey;
import io.circles.script.state.DatabaseAddress;
import io.circles.script.state.SharedDatabase;
import io.circles.testing.TestDatabase;
import io.circles.testing.TestRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The servers of one circle, with its state in a PostgreSQL and a Redis between them. Those that
/// are not stopped yet are closed with it.
final class TestNodes implements AutoCloseable {
    private static final SharedKey KEY = SharedKey.of("a key of tests, of more than 32 bytes");

    private final TestDatabase database = TestDatabase.create();
    private final TestRedis redis = TestRedis.start();
    private final Map<CircleServer, CircleHost> hosts = new LinkedHashMap<>();

    TestRedis redis() {
        return redis;
    }

    /// What one more node has of the circle's state.
    SharedDatabase state() {
        return SharedDatabase.open(
                new DatabaseAddress(
                        database.url(), Optional.of(database.user()), database.password()));
    }

    /// The bus of one more node.
    RedisBus bus() {
        return bus(redis.port());
    }

    /// The bus of one more node.
    ///
    /// @param port of Redis, or of what is in front of it, on this machine
    static RedisBus bus(int port) {
        RedisSettings settings =
                new RedisSettings(
                        RedisAddress.parse("redis://127.0.0.1:" + port),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        KEY,
                        RedisSettings.DEFAULT_PREFIX,
                        RedisSettings.DEFAULT_NODE);
        return new RedisBus(
                new RedisConnections(settings, InstantSource.system(), new SecureRandom()));
    }

    /// Starts one more.
    ///
    /// @param folder its own
    CircleServer start(CircleConfig.Builder circle, Path folder) throws IOException {
        return start(circle, folder, bus());
    }

    CircleServer start(CircleConfig.Builder circle, Path folder, Bus bus) throws IOException {
        CircleHost host = CircleHost.start(new StubScripts(), state(), bus);
        CircleServer server = host.mount(circle.data(folder).build());
        hosts.put(server, host);
        return server;
    }

    void stop(CircleServer server) {
        Objects.requireNonNull(hosts.remove(server)).close();
    }

    @Override
    public void close() {
        hosts.values().forEach(CircleHost::close);
        redis.close();
        database.close();
    }
}
