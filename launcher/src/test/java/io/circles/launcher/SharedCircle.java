package io.circles.launcher;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.client.CircleClient;
import io.circles.client.CircleClientBuilder;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import io.circles.testing.TestDatabase;
import io.circles.testing.TestRedis;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A circle of one member that two servers serve, whose scripts a worker runs: three processes,
/// with a Redis and a database of their own, and a [FaultyProxy] on each way between them. A load
/// balancer stands before the servers.
///
/// Starting and ending are one thread's; the rest is anybody's.
final class SharedCircle implements AutoCloseable {
    /// A call is answered within three times that and two seconds, whatever happens.
    static final Duration WALL = Duration.ofSeconds(5);

    private static final String SECRET = "s".repeat(32);

    private final Path folder;
    private final KeyPair member = KeyPair.generate(new SecureRandom());
    private final Deque<AutoCloseable> all = new ArrayDeque<>();
    private final int port = FreePort.next();
    private final int otherPort = FreePort.next();
    private final TestRedis redis;
    private final TestDatabase database;
    private final FaultyProxy balancer;
    private final ServerNode one;
    private final ServerNode two;
    private final ServerNode worker;

    /// @param module the circle's `main.js`
    SharedCircle(Path folder, String module) throws IOException, SQLException {
        this.folder = folder;
        secret("key", SECRET);
        secret("password", TestDatabase.PASSWORD);
        secret("circle.pem", KeyPair.generate(new SecureRandom()).toPem());
        Files.createDirectory(folder.resolve("code"));
        Files.writeString(folder.resolve("code/main.js"), module);
        try {
            this.redis = opened(TestRedis.start());
            this.database = opened(TestDatabase.createWithUser());
            this.balancer = opened(new FaultyProxy(port, otherPort));
            this.one = node("one", port);
            this.two = node("two", otherPort);
            this.worker = node("worker", port);
            start();
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        all.push(one);
        return one;
    }

    private void secret(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private ServerNode node(String name, int itsPort) throws IOException {
        FaultyProxy toRedis = opened(new FaultyProxy(redis.port()));
        FaultyProxy toDatabase = opened(new FaultyProxy(database.port()));
        ObjectNode file = Json.object();
        file.putObject("redis")
                .put("url", "redis://127.0.0.1:" + toRedis.port())
                .put("key", "file:../key")
                .put("node", name);
        file.putObject("state")
                .put("url", database.url(toDatabase.port()))
                .put("user", database.name())
                .put("password", "file:../password");
        file.putObject("workers")
                .put("count", 1)
                .put("threads", 8)
                .put("spares", 0)
                .put("warm_plays", 0)
                .put("compiled", false);
        ObjectNode circle = file.putArray("circles").addObject();
        circle.put("name", "shared").put("port", itsPort).put("key", "file:../circle.pem");
        circle.put("script", "../code/main.js");
        circle.putArray("origins")
                .add("ws://127.0.0.1:" + itsPort)
                .add("ws://127.0.0.1:" + balancer.port());
        circle.putArray("members").addObject().put("key", member.publicKey().hex());
        circle.putObject("access").putArray("authenticated").add("play").add("call").add("relay");
        circle.putObject("limits").put("wall_ms", WALL.toMillis());
        return opened(new ServerNode(folder.resolve(name), file, toRedis, toDatabase));
    }

    private void start() throws IOException {
        worker.work();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> other = threads.submit(() -> serve(two));
            one.serve();
            other.get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException("the second server did not start", e);
        }
    }

    private static ServerNode serve(ServerNode node) throws IOException {
        node.serve();
        return node;
    }

    ServerNode one() {
        return one;
    }

    ServerNode two() {
        return two;
    }

    ServerNode worker() {
        return worker;
    }

    TestDatabase database() {
        return database;
    }

    /// Leads to the first server, and to the second while that is not there.
    FaultyProxy balancer() {
        return balancer;
    }

    /// All ways are as they should be.
    void heal() {
        for (ServerNode each : List.of(one, two, worker)) {
            each.redis().heal();
            each.database().heal();
        }
    }

    /// A client of the member's, to be prepared further; it connects again at once.
    CircleClientBuilder client(URI url) {
        return client(url, member);
    }

    static CircleClientBuilder client(URI url, KeyPair key) {
        return CircleClient.builder(url)
                .keyPair(key)
                .reconnect(Duration.ofMillis(50), Duration.ofMillis(500));
    }

    /// The load balancer's.
    URI url() {
        return URI.create("ws://127.0.0.1:" + balancer.port());
    }

    @Override
    public void close() {
        while (!all.isEmpty()) {
            try {
                all.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
