package io.circles.launcher;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One of several processes of a [SharedCircle], a server or a worker, which reaches Redis and the
/// database by a proxy each. A server that was killed can be started again in its place.
///
/// Starting and ending are one thread's; the rest is anybody's.
final class ServerNode implements AutoCloseable {
    private final Path folder;
    private final ObjectNode file;
    private final int port;
    private final FaultyProxy redis;
    private final FaultyProxy database;
    private @Nullable CirclesProcess process;

    /// A process that is not started yet.
    ///
    /// @param folder its own
    /// @param file its circles.json
    ServerNode(Path folder, ObjectNode file, FaultyProxy redis, FaultyProxy database)
            throws IOException {
        this.folder = Files.createDirectory(folder);
        this.file = file;
        this.port = file.at("/circles/0/port").asInt();
        this.redis = redis;
        this.database = database;
    }

    /// The way to Redis.
    FaultyProxy redis() {
        return redis;
    }

    /// The way to the database.
    FaultyProxy database() {
        return database;
    }

    int port() {
        return port;
    }

    URI url() {
        return URI.create("ws://127.0.0.1:" + port);
    }

    /// Starts `up`, and waits until it serves.
    void serve() throws IOException {
        process = CirclesProcess.serving(folder, Json.write(file));
    }

    /// Starts `worker`.
    void work() throws IOException {
        Files.writeString(folder.resolve("circles.json"), Json.write(file));
        process = CirclesProcess.start(folder, "worker");
    }

    private CirclesProcess process() {
        CirclesProcess started = process;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    /// Ends it at once.
    void kill() throws IOException, InterruptedException {
        process().signal("KILL");
        var _ = process().exitCode();
    }

    @Override
    public void close() {
        CirclesProcess started = process;
        if (started != null) {
            started.close();
        }
    }
}
