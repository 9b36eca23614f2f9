package io.circles.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// A `redis-server` of a test's own, that keeps nothing. Without the program the test is skipped,
/// and fails when `CI` is `true`.
record TestRedis(Path folder, int port, Process process) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    static TestRedis start(Path folder) throws IOException {
        assumeTrue(
                isInstalled() || "true".equals(System.getenv("CI")),
                "redis-server is not installed, so this is not tested");
        return start(folder, freePort());
    }

    private static TestRedis start(Path folder, int port) throws IOException {
        Process process =
                new ProcessBuilder(
                                "redis-server",
                                "--bind",
                                "127.0.0.1",
                                "--port",
                                "" + port,
                                "--save",
                                "",
                                "--appendonly",
                                "no")
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        await().atMost(PATIENCE).until(() -> listens(port));
        return new TestRedis(folder, port, process);
    }

    /// Another one in its place, once it is closed, that knows nothing of what it had.
    TestRedis again() throws IOException {
        return start(folder, port);
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "redis-server")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
