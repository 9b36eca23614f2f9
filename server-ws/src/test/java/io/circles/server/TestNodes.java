package io.circles.server;

import io.circles.script.bus.Bus;
import io.circles.script.state.SharedDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// The servers of one circle, with its state in a PostgreSQL and a Redis between them. Those that
/// are not stopped yet are closed with it.
final class TestNodes implements AutoCloseable {
    private final TestDatabase database = TestDatabase.create();
    private final TestRedis redis = TestRedis.start();
    private final Map<CircleServer, CircleHost> hosts = new LinkedHashMap<>();

    TestRedis redis() {
        return redis;
    }

    /// What one more node has of the circle's state.
    SharedDatabase state() {
        return database.open();
    }

    /// Starts one more.
    ///
    /// @param folder its own
    CircleServer start(CircleConfig.Builder circle, Path folder) throws IOException {
        return start(circle, folder, redis.bus());
    }

    CircleServer start(CircleConfig.Builder circle, Path folder, Bus bus) throws IOException {
        CircleHost host = CircleHost.start(new StubScripts(), database.open(), bus);
        CircleServer server = host.mount(circle.data(folder).build());
        hosts.put(server, host);
        return server;
    }

    void stop(CircleServer server) {
        Objects.requireNonNull(hosts.remove(server)).close();
    }

    @Override
    public void close() throws SQLException {
        hosts.values().forEach(CircleHost::close);
        redis.close();
        database.close();
    }
}
