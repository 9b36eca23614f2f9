package io.circles.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A scenario of `client-conformance`, whose README says what its steps mean.
record Scenario(String file, JsonNode json) {
    private static final Path FOLDER = Page.ROOT.resolve("client-conformance");

    /// All of them.
    static List<Scenario> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(Scenario::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Scenario read(Path file) {
        try {
            String name = String.valueOf(file.getFileName());
            return new Scenario(name, Json.parse(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    String module() {
        return json.at("/circle/module").asText("export const nothing = 0;");
    }

    JsonNode circle(String member) {
        return json.path("circle").path(member);
    }

    /// Whether it ends the process that serves it.
    boolean restarts() {
        return steps().stream()
                .anyMatch(step -> Set.of("restart", "stop").contains(step.path("do").asText()));
    }

    List<JsonNode> steps() {
        return json.path("steps").valueStream().toList();
    }

    @Override
    public String toString() {
        return file + ": " + json.path("title").asText();
    }
}
