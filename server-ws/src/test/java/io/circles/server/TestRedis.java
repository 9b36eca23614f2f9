package io.circles.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.circles.script.redis.RedisAddress;
import io.circles.script.redis.RedisBus;
import io.circles.script.redis.RedisConnections;
import io.circles.script.redis.RedisSettings;
import io.circles.script.redis.SharedKey;
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
import java.util.Optional;
import java.util.stream.Stream;

/// A `redis-server` of a test's own, that keeps nothing. Without the program the test is skipped,
/// and fails when `CI` is `true`.
final class TestRedis implements AutoCloseable {
    private static final SharedKey KEY = SharedKey.of("a key of tests, of more than 32 bytes");
    private static final Duration LONG = Duration.ofSeconds(30);

    private final int port;
    private Process process;

    private TestRedis(int port) {
        this.port = port;
        this.process = launch(port);
    }

    static TestRedis start() {
        boolean installed =
                Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, "redis-server")));
        assumeTrue(
                installed || "true".equals(System.getenv("CI")),
                "redis-server is not installed, so this is not tested");
        return new TestRedis(freePort());
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Process launch(int port) {
        try {
            Process started =
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
                            .directory(Path.of("target").toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            await().atMost(LONG).until(() -> listens(port));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /// The bus of one more node.
    RedisBus bus() {
        return bus(port);
    }

    /// The bus of one more node, behind something else that listens.
    ///
    /// @param port of this machine
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

    /// Ends it and starts another that knows nothing of what it had.
    void restart() {
        close();
        process = launch(port);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
