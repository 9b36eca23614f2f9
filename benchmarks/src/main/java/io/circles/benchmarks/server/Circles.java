package io.circles.benchmarks.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The built `./circles up` with the launcher's defaults where nothing else is said, serving the
/// circles `a` and `b` from a folder of its own. Thread-safe.
public final class Circles implements MeasuredServer {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String COMPILED = "GraalVM CE";

    private final Path folder;
    private final ProcessTree processes;
    private final JsonNode announced;
    private final Duration startedWithin;

    private Circles(
            Path folder, ProcessTree processes, JsonNode announced, Duration startedWithin) {
        this.folder = folder;
        this.processes = processes;
        this.announced = announced;
        this.startedWithin = startedWithin;
    }

    /// Starts it and waits until it serves.
    ///
    /// @param root the project's folder
    /// @param folder an empty one for configuration, keys, state and logs
    /// @param settings what both circles have in circles.json besides
    /// @throws IOException when it does not serve within a minute
    public static Circles start(Path root, Path folder, ObjectNode settings) throws IOException {
        configure(root, folder, Json.object(), settings);
        return serve(root, folder);
    }

    /// Starts it with many circles that have nothing but a name, at one port.
    ///
    /// @param root the project's folder
    /// @param folder an empty one
    /// @throws IOException when it does not serve within a minute
    public static Circles startMany(Path root, Path folder, int count) throws IOException {
        ObjectNode file = Json.object().put("port", Ports.free());
        ArrayNode circles = file.putArray("circles");
        for (int i = 0; i < count; i++) {
            circles.addObject().put("name", "c" + i);
        }
        Files.writeString(folder.resolve("circles.json"), Json.write(file));
        return serve(root, folder);
    }

    /// Writes what the server reads.
    ///
    /// @param file what stands in circles.json beside the circles
    /// @param settings what both circles have there
    static void configure(Path root, Path folder, ObjectNode file, ObjectNode settings)
            throws IOException {
        Files.copy(Layout.functions(root), folder.resolve("functions.js"));
        Files.writeString(
                folder.resolve("circles.json"),
                Json.write(file.deepCopy().set("circles", circles(settings))));
    }

    /// Starts it in a folder that has been configured, or in which one has been closed, and waits
    /// until it serves.
    ///
    /// @param root the project's folder
    /// @throws IOException when it does not serve within a minute
    public static Circles serve(Path root, Path folder) throws IOException {
        Path announce = folder.resolve("up.json");
        Files.deleteIfExists(announce);
        Files.deleteIfExists(folder.resolve("out.log"));
        long began = System.nanoTime();
        Process process = process(root, folder, "up", "--announce", announce.toString());
        ProcessTree processes = new ProcessTree(process);
        if (!Waiting.until(PATIENCE, () -> Files.exists(announce) || !process.isAlive())
                || !process.isAlive()) {
            processes.end();
            throw new IOException("circles does not serve: " + logs(folder));
        }
        Duration startedWithin = Duration.ofNanos(System.nanoTime() - began);
        Waiting.until(PATIENCE, () -> saysHowScriptsRun(folder) || !process.isAlive());
        JsonNode announced = Json.parse(Files.readString(announce));
        return new Circles(folder, processes, announced, startedWithin);
    }

    /// One of the commands that read the configuration.
    static Process process(Path root, Path folder, String name, String... options)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                root.resolve("circles").toString(),
                                name,
                                "--config",
                                folder.resolve("circles.json").toString(),
                                "--data",
                                folder.resolve("data").toString()));
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectOutput(Redirect.appendTo(folder.resolve("out.log").toFile()))
                .redirectError(Redirect.appendTo(folder.resolve("err.log").toFile()))
                .start();
    }

    /// The last that it prints, after it has announced itself.
    private static boolean saysHowScriptsRun(Path folder) {
        try {
            return Files.readString(folder.resolve("out.log")).contains("scripts: ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ArrayNode circles(ObjectNode settings) {
        ArrayNode circles = Json.array();
        for (String name : List.of("a", "b")) {
            ObjectNode circle = circles.addObject().setAll(settings);
            circle.put("name", name).put("port", 0).put("script", "functions.js");
        }
        return circles;
    }

    private static String logs(Path folder) throws IOException {
        return Files.readString(folder.resolve("out.log"))
                + Files.readString(folder.resolve("err.log"));
    }

    /// Whether it has said that scripts are compiled, with "GraalVM CE"; without that they are
    /// interpreted.
    public boolean compiles() throws IOException {
        return logs(folder).contains(COMPILED);
    }

    @Override
    public String name() {
        return "circles";
    }

    @Override
    public URI url() {
        return url("a");
    }

    /// Where the circle with that name is reached.
    public URI url(String circle) {
        for (JsonNode each : announced) {
            if (each.path("name").asText().equals(circle)) {
                return URI.create(each.path("url").asText());
            }
        }
        throw new IllegalArgumentException("no circle " + circle);
    }

    /// Of the circle that was announced last.
    public URI lastUrl() {
        return URI.create(announced.path(announced.size() - 1).path("url").asText());
    }

    /// From the start of its process until it served all circles, the start of workers not counted.
    public Duration startedWithin() {
        return startedWithin;
    }

    @Override
    public ProcessTree processes() {
        return processes;
    }

    @Override
    public void close() {
        processes.end();
    }
}
