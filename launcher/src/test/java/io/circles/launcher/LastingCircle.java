package io.circles.launcher;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.client.CircleClient;
import io.circles.client.CircleClientBuilder;
import io.circles.client.DialException;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A circle with functions, one member and one worker, served by a process that can end and come
/// back: port, keys and state stay.
///
/// Its limits are so high that a slow machine is no reason for an error. Starting and ending are
/// one thread's; the rest is anybody's.
final class LastingCircle implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path folder;
    private final KeyPair member = KeyPair.generate(new SecureRandom());
    private final ObjectNode file = Json.object();
    private final int port = FreePort.next();
    private @Nullable CirclesProcess up;

    /// A circle that is not served yet.
    ///
    /// @param module its `main.js`
    LastingCircle(Path folder, String module) throws IOException {
        this.folder = folder;
        file.putObject("workers")
                .put("count", 1)
                .put("threads", 8)
                .put("heap", "512m")
                .put("spares", 0)
                .put("warm_plays", 0)
                .put("compiled", false);
        ObjectNode circle = file.putArray("circles").addObject();
        circle.put("name", "lasting").put("port", port).put("script", "code/main.js");
        circle.putArray("members").addObject().put("key", member.publicKey().hex());
        circle.putObject("limits").put("wall_ms", 60_000).put("cpu_ms", 60_000);
        write("main.js", module);
    }

    /// The whole of circles.json, to be changed before the start.
    ObjectNode file() {
        return file;
    }

    /// The circle's part of it.
    ObjectNode circle() {
        return (ObjectNode) file.path("circles").path(0);
    }

    /// Replaces a file of the module, at once.
    void write(String name, String text) throws IOException {
        Path target = folder.resolve("code").resolve(name);
        Files.createDirectories(target.resolveSibling(""));
        Path written = Files.writeString(folder.resolve("new"), text);
        Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
    }

    LastingCircle start() throws IOException {
        up = CirclesProcess.serving(folder, Json.write(file));
        return this;
    }

    CirclesProcess process() {
        CirclesProcess serving = up;
        if (serving == null) {
            throw new IllegalStateException("not started");
        }
        return serving;
    }

    /// The process gets a signal that ends it, and another one takes its place.
    void restart(String signal) throws IOException, InterruptedException {
        stop(signal);
        var _ = start();
    }

    /// The process gets a signal that ends it, and is waited for.
    void stop(String signal) throws IOException, InterruptedException {
        process().signal(signal);
        var _ = process().exitCode();
    }

    /// It is reached at another port of this machine too, such as a proxy's. To be said before the
    /// start.
    void reachedAt(int otherPort) {
        circle().putArray("origins")
                .add("ws://127.0.0.1:" + port)
                .add("ws://127.0.0.1:" + otherPort);
    }

    int port() {
        return port;
    }

    KeyPair member() {
        return member;
    }

    /// Its key, as it proves it to who asks; empty while it is not served.
    Optional<PublicKey> key() throws InterruptedException {
        try (CircleClient client = connectMember()) {
            return client.circle();
        } catch (DialException e) {
            return Optional.empty();
        }
    }

    /// The processes that run its scripts or stand by.
    List<ProcessHandle> workers() {
        return process().children();
    }

    private URI url() {
        return URI.create("ws://127.0.0.1:" + port);
    }

    /// A connection of the member.
    CircleClient connectMember() throws InterruptedException {
        return connect(member);
    }

    /// A connection of somebody of no rank.
    CircleClient connectStranger() throws InterruptedException {
        return connect(KeyPair.generate(new SecureRandom()));
    }

    private CircleClient connect(KeyPair key) throws InterruptedException {
        return client(key).connect();
    }

    /// A connection of anybody, to be prepared further.
    CircleClientBuilder client(KeyPair key) {
        return CircleClient.builder(url()).keyPair(key).requestTimeout(PATIENCE);
    }

    /// One connection of the member, which hears events.
    CircleClient connectMember(EventLog log) throws InterruptedException {
        return client(member).onEvent(log.next()).neverReconnect().connect();
    }

    @Override
    public void close() {
        CirclesProcess serving = up;
        if (serving != null) {
            serving.close();
        }
    }
}
