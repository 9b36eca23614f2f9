package io.circles.script.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A `redis-server` of a test's own, that keeps nothing. Without the program the test is skipped,
/// and fails when `CI` is `true`.
final class RedisServer implements AutoCloseable {
    static final SharedKey KEY = SharedKey.of("a key of tests, of more than 32 bytes");

    private static final Duration LONG = Duration.ofSeconds(30);

    private final int port;
    private final List<String> command;
    private Process process;

    private RedisServer(int port, List<String> command) throws IOException {
        this.port = port;
        this.command = command;
        this.process = launch();
    }

    static RedisServer start(String... options) {
        assumeTrue(
                isInstalled() || "true".equals(System.getenv("CI")),
                "redis-server is not installed, so this is not tested");
        try {
            int port = freePort();
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    "redis-server",
                                    "--bind",
                                    "127.0.0.1",
                                    "--save",
                                    "",
                                    "--appendonly",
                                    "no"));
            if (List.of(options).contains("--tls-port")) {
                command.addAll(List.of("--port", "0"));
            } else {
                command.addAll(List.of("--port", "" + port));
            }
            Stream.of(options).map(each -> each.replace("PORT", "" + port)).forEach(command::add);
            return new RedisServer(port, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "redis-server")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process launch() throws IOException {
        Process started =
                new ProcessBuilder(command)
                        .directory(Path.of("target").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        await().atMost(LONG).until(this::listens);
        return started;
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    RedisSettings settings(String prefix) {
        return settings("redis://127.0.0.1:" + port, prefix);
    }

    /// Those of somebody with another key.
    RedisSettings settings(SharedKey key, String prefix) {
        return settings("redis://127.0.0.1:" + port, key, prefix);
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
        return port;
    }

    RedisConnections connections(String prefix) {
        return new RedisConnections(settings(prefix), InstantSource.system(), new SecureRandom());
    }

    /// Ends it and starts another that knows nothing of what it had.
    void restart() {
        kill();
        begin();
    }

    void kill() {
        process.destroyForcibly();
        join();
    }

    void begin() {
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void pause() {
        signal("STOP");
    }

    void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        signal(name, process.pid());
    }

    static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void join() {
        try {
            process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        goOn();
        kill();
    }
}
