package io.circles.launcher;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `./circles` as a process of its own, in a folder of its own, which is its user's home too.
/// Whatever the test does, it is gone when this is closed.
final class CirclesProcess implements AutoCloseable {
    static final Path SCRIPT = Path.of("").toAbsolutePath().resolveSibling("circles");

    private static final Path NPM_CACHE = Path.of(System.getProperty("user.home"), ".npm");
    private static final Path ARCHIVE = SCRIPT.resolveSibling("bin").resolve("archive");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// A process of tests is too short-lived to earn what the better compiler costs.
    private static final String JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    private static final String WORKER_OPTIONS = "-XX:TieredStopAtLevel=1";

    /// Whoever runs the tests in the background has signals ignored that these processes must obey.
    private static final List<String> WITH_SIGNALS = List.of("env", "--default-signal");

    private static final boolean SIGNALS_CAN_BE_RESET = succeeds(WITH_SIGNALS, "true");

    static {
        // from the archives of classes, which `make build` would make, all commands start faster
        var _ = succeeds(List.of(), ARCHIVE.toString());
    }

    private final Path folder;
    private final Process process;
    private final Path out;
    private final Path err;

    private CirclesProcess(Path folder, Path program, String... args) throws IOException {
        this.folder = folder;
        this.out = Files.createTempFile(folder, "out", ".txt");
        this.err = Files.createTempFile(folder, "err", ".txt");
        List<String> command = new ArrayList<>(SIGNALS_CAN_BE_RESET ? WITH_SIGNALS : List.of());
        command.add(program.toString());
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("HOME", folder.toString());
        builder.environment().putIfAbsent("CIRCLES_JAVA_OPTS", JAVA_OPTIONS);
        builder.environment().putIfAbsent("CIRCLES_WORKER_JAVA_OPTS", WORKER_OPTIONS);
        // what npm has fetched once it need not fetch for every folder
        builder.environment().putIfAbsent("npm_config_cache", NPM_CACHE.toString());
        this.process = builder.start();
    }

    private static boolean succeeds(List<String> before, String program) {
        List<String> command = new ArrayList<>(before);
        command.add(program);
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Starts the command.
    static CirclesProcess start(Path folder, String... args) throws IOException {
        return new CirclesProcess(folder, SCRIPT, args);
    }

    /// Starts the command by another name.
    static CirclesProcess startAs(Path program, Path folder, String... args) throws IOException {
        return new CirclesProcess(folder, program, args);
    }

    /// Starts `up` with a circles.json and waits until it serves.
    static CirclesProcess serving(Path folder, String json) throws IOException {
        Files.writeString(folder.resolve("circles.json"), json);
        Files.deleteIfExists(folder.resolve("up.json"));
        CirclesProcess up = start(folder, "up", "--announce", "up.json");
        await().atMost(PATIENCE)
                .failFast(up::throwIfEnded)
                .until(() -> Files.exists(folder.resolve("up.json")));
        return up;
    }

    /// Likewise, with scripts that run in its own process: it has no other, so it is there soon,
    /// and leaves the machine to the test. For tests that would not notice where scripts run.
    ///
    /// @param circles the array of circles.json
    static CirclesProcess servingAlone(Path folder, String circles) throws IOException {
        return serving(folder, "{\"workers\": {\"count\": 0}, \"circles\": " + circles + "}");
    }

    /// Fails when it is not running any more.
    void throwIfEnded() {
        if (!process.isAlive()) {
            throw new IllegalStateException("it ended with " + process.exitValue() + ": " + err());
        }
    }

    /// The URL of a circle that is announced.
    URI url(int circle) throws IOException {
        return URI.create(announced().path(circle).path("url").asText());
    }

    /// All that is announced.
    JsonNode announced() throws IOException {
        return Json.parse(Files.readString(folder.resolve("up.json")));
    }

    /// Gives it something to read, and no more.
    CirclesProcess input(String text) throws IOException {
        try (var input = process.outputWriter()) {
            input.write(text);
        }
        return this;
    }

    /// Types something; more may follow.
    CirclesProcess type(String keys) throws IOException {
        process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return this;
    }

    /// Sends it a signal.
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    /// The processes that it has started, workers that stand by included.
    List<ProcessHandle> children() {
        return process.children().toList();
    }

    /// Waits until it has ended.
    int exitCode() throws InterruptedException {
        return exitCode(PATIENCE);
    }

    /// Waits until it has ended, for so long at most.
    int exitCode(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running: " + out() + err());
        }
        return process.exitValue();
    }

    /// What it has written on standard output so far.
    String out() {
        return text(out);
    }

    /// What it has written on standard error so far.
    String err() {
        return text(err);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
