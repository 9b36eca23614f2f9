package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A folder that looks like a clone in which `make build` was done, where the blocks of a page are
/// carried out one after the other. Free ports take the place of those that the page names, and
/// there are fewer processes for scripts: to start and warm them up takes the processors from all
/// the rest.
final class Workshop implements AutoCloseable {
    private static final Pattern CONFIG = Pattern.compile(" --config (\\S+)");
    private static final Pattern RUNS_SCRIPTS =
            Pattern.compile("scripts: (?:compiled|interpreted)");

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final List<String> BUILT = List.of("circles", "bin", "launcher", "client-js");

    private final Path folder;
    private final String none;
    private final Map<String, String> ports = new LinkedHashMap<>();
    private @Nullable CirclesProcess serving;

    /// @param none what there is none of among the `workers` of any circles.json: `count`, so that
    ///     scripts run in the server's process, or `spares`
    Workshop(Path folder, String none) throws IOException {
        this.folder = folder;
        this.none = none;
        for (String port : List.of("9001", "9002", "9003")) {
            ports.put(port, Integer.toString(FreePort.next()));
        }
        for (String name : BUILT) {
            Files.createSymbolicLink(folder.resolve(name), Page.ROOT.resolve(name));
        }
        copy(Page.ROOT.resolve("examples"), folder.resolve("examples"));
        write("circles.json", Page.content(Page.ROOT.resolve("circles.json")));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(f -> !f.toString().contains("node_modules")).toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private String here(String text) {
        String result = text;
        for (Map.Entry<String, String> port : ports.entrySet()) {
            result = result.replace(port.getKey(), port.getValue());
        }
        return result;
    }

    void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, here(text));
    }

    URI circle() {
        return URI.create(here("ws://127.0.0.1:9001"));
    }

    /// Starts what serves, in place of what served before, and waits until scripts can run.
    void serve(String command) throws Exception {
        stop();
        CirclesProcess up = bash("exec " + withFewWorkers(command));
        serving = up;
        await().atMost(PATIENCE)
                .failFast(up::throwIfEnded)
                .until(() -> RUNS_SCRIPTS.matcher(up.out()).find());
    }

    /// The same with a circles.json beside the one that it names.
    private String withFewWorkers(String command) throws IOException {
        Matcher config = CONFIG.matcher(command);
        Path file = folder.resolve(config.find() ? config.group(1) : "circles.json");
        JsonNode said = Json.parse(Files.readString(file));
        ObjectNode all =
                said instanceof ObjectNode object ? object : Json.object().set("circles", said);
        all.withObjectProperty("workers").put(none, 0).put("warm_plays", 0).put("compiled", false);
        Path served = Files.writeString(file.resolveSibling("served.json"), Json.write(all));
        return config.reset().replaceAll("").strip() + " --config " + folder.relativize(served);
    }

    /// Runs a block to its end, and gives what it has printed.
    String run(String script) throws Exception {
        for (String program : List.of("node", "npm", "curl")) {
            if (script.contains(program + " ")) {
                OthersClients.program(program);
            }
        }
        try (CirclesProcess process = bash(script)) {
            assertThat(process.exitCode()).as(process::err).isZero();
            return process.out();
        }
    }

    private CirclesProcess bash(String script) throws IOException {
        return CirclesProcess.startAs(OthersClients.program("bash"), folder, "-euc", here(script));
    }

    /// What the page says, as it is here.
    String expected(String text) {
        return here(text);
    }

    /// Stops what serves as Ctrl-C does.
    void stop() throws Exception {
        CirclesProcess up = serving;
        if (up != null) {
            up.signal("INT");
            assertThat(up.exitCode()).as(up::err).isZero();
            serving = null;
        }
    }

    /// Ends what serves, whatever has happened.
    @Override
    public void close() throws IOException {
        CirclesProcess up = serving;
        if (up != null) {
            up.close();
        }
        for (String name : BUILT) {
            Files.delete(folder.resolve(name));
        }
    }
}
