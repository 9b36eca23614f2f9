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

    private Circles(Path folder, ProcessTree processes, JsonNode announced) {
        this.folder = folder;
        this.processes = processes;
        this.announced = announced;
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

    /// Starts it in a folder that has been configured, and waits until it serves.
    static Circles serve(Path root, Path folder) throws IOException {
        Path announce = folder.resolve("up.json");
        Process process = process(root, folder, "up", "--announce", announce.toString());
        ProcessTree processes = new ProcessTree(process);
        if (!Waiting.until(PATIENCE, () -> Files.exists(announce) || !process.isAlive())
                || !process.isAlive()) {
            processes.end();
            throw new IOException("circles does not serve: " + logs(folder));
        }
        Waiting.until(PATIENCE, () -> saysHowScriptsRun(folder) || !process.isAlive());
        return new Circles(folder, processes, Json.parse(Files.readString(announce)));
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

    @Override
    public ProcessTree processes() {
        return processes;
    }

    @Override
    public void close() {
        processes.end();
    }
}
