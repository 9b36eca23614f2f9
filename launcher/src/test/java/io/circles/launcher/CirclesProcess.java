package io.circles.launcher;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
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

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final Process process;
    private final Path out;
    private final Path err;

    private CirclesProcess(Path folder, Path program, String... args) throws IOException {
        this.folder = folder;
        this.out = Files.createTempFile(folder, "out", ".txt");
        this.err = Files.createTempFile(folder, "err", ".txt");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("HOME", folder.toString());
        this.process = builder.start();
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
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
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
