package io.circles.benchmarks.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// [Circles] whose scripts run in `./circles worker` processes behind a `redis-server` of its own,
/// all on this machine. For one thread.
public final class RedisCircles implements MeasuredServer {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path root;
    private final Path folder;
    private final ProcessTree redis;
    private final List<ProcessTree> workers = new ArrayList<>();
    private final Circles circles;

    private RedisCircles(Path root, Path folder) throws IOException {
        this.root = root;
        this.folder = folder;
        int port = Ports.free();
        this.redis =
                new ProcessTree(
                        new ProcessBuilder(
                                        "redis-server",
                                        "--bind",
                                        "127.0.0.1",
                                        "--port",
                                        Integer.toString(port),
                                        "--save",
                                        "",
                                        "--appendonly",
                                        "no")
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start());
        if (!Waiting.until(PATIENCE, () -> listens(port))) {
            throw new IOException("redis-server does not start");
        }
        Files.writeString(folder.resolve("key"), "a key of benchmarks, of more than 32 bytes");
        ObjectNode file = Json.object();
        file.putObject("redis").put("url", "redis://127.0.0.1:" + port).put("key", "file:key");
        Circles.configure(root, folder, file, Json.object());
        addWorker();
        this.circles = Circles.serve(root, folder);
    }

    /// Starts it with one worker, and waits until it serves.
    ///
    /// @param root the project's folder
    /// @param folder an empty one for configuration, keys, state and logs
    /// @throws IOException when something of it does not start
    public static RedisCircles start(Path root, Path folder) throws IOException {
        return new RedisCircles(root, folder);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    /// Starts one more worker; it takes jobs some seconds later.
    public void addWorker() throws IOException {
        workers.add(new ProcessTree(Circles.process(root, folder, "worker")));
    }

    /// How many workers there are.
    public int workers() {
        return workers.size();
    }

    @Override
    public String name() {
        return "redis, %d workers".formatted(workers.size());
    }

    @Override
    public URI url() {
        return circles.url();
    }

    /// Those of the server; see [#cpu] for all.
    @Override
    public ProcessTree processes() {
        return circles.processes();
    }

    /// Processor time of the server, Redis and the workers.
    public Duration cpu() {
        Duration all = circles.processes().cpu().plus(redis.cpu());
        for (ProcessTree worker : workers) {
            all = all.plus(worker.cpu());
        }
        return all;
    }

    @Override
    public void awaitIdle() {
        circles.awaitIdle();
        workers.forEach(worker -> worker.awaitIdle(PATIENCE));
    }

    @Override
    public void close() {
        circles.close();
        workers.forEach(ProcessTree::end);
        redis.end();
    }
}
