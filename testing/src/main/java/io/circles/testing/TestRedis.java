package io.circles.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A `redis-server` of a test's own on a port of its own, that keeps nothing. Without the program
/// the test is skipped, and fails when `CI` is `true`. Confined to the test's thread.
public final class TestRedis implements AutoCloseable {
    private static final Duration LONG = Duration.ofMinutes(2);

    private final int port;
    private final List<String> command;
    private Process process;

    private TestRedis(int port, List<String> command) {
        this.port = port;
        this.command = command;
        this.process = launch();
    }

    /// Starts one, and waits until it listens.
    ///
    /// @param options more of its command line, in which `PORT` stands for its port; with
    ///     `--tls-port` it listens there alone
    public static TestRedis start(String... options) {
        assumeTrue(
                isInstalled() || "true".equals(System.getenv("CI")),
                "redis-server is not installed, so this is not tested");
        int port = freePort();
        boolean tls = List.of(options).contains("--tls-port");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "redis-server",
                                "--bind",
                                "127.0.0.1",
                                "--save",
                                "",
                                "--appendonly",
                                "no",
                                "--port",
                                tls ? "0" : "" + port));
        Stream.of(options).map(each -> each.replace("PORT", "" + port)).forEach(command::add);
        return new TestRedis(port, command);
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "redis-server")));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() {
        try {
            Process started =
                    new ProcessBuilder(command)
                            .directory(Path.of("target").toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            await().atMost(LONG).until(this::listens);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    /// Of this machine.
    public int port() {
        return port;
    }

    /// Ends it and starts another that knows nothing of what it had.
    public void restart() {
        kill();
        begin();
    }

    /// Ends it, which also one that is paused does.
    public void kill() {
        try {
            process.destroyForcibly().waitFor(LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Starts another, after [#kill()].
    public void begin() {
        process = launch();
    }

    /// Has it do nothing, and keep its connections.
    public void pause() {
        signal("STOP", process.pid());
    }

    /// After [#pause()].
    public void goOn() {
        signal("CONT", process.pid());
    }

    /// Sends a process a signal.
    ///
    /// @param name such as `STOP`
    public static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
