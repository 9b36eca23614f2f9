package io.circles.launcher;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.script.redis.RedisSettings;
import io.circles.script.state.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All that circles.json says, checked. Immutable.
///
/// @param data the folder of keys and state
/// @param sharedPort the port of the circles that have none of their own; 0 means any free one
/// @param workers where scripts run
/// @param state where the circles' states are, if not in a file of each
/// @param redis where jobs go to workers of other processes, if they do
/// @param adminPort where the operator looks, on the loopback address; 0 means any free one
/// @param warnings what will work, though perhaps not as it was meant, one line each
record CirclesFile(
        Path data,
        int sharedPort,
        Workers workers,
        Optional<DatabaseAddress> state,
        Optional<RedisSettings> redis,
        Optional<Integer> adminPort,
        List<CircleEntry> circles,
        List<String> warnings) {

    /// Reads the file and the keys that it refers to; writes nothing.
    ///
    /// @param data takes the place of the folder that the file names
    /// @throws LauncherException [ExitCode#CONFIGURATION] with all problems, each with its place
    static CirclesFile read(Path file, Optional<Path> data, Map<String, String> environment) {
        return read(file, data, environment, true);
    }

    /// Likewise, but for the circles' keys, which only their server needs.
    static CirclesFile readWithoutKeys(
            Path file, Optional<Path> data, Map<String, String> environment) {
        return read(file, data, environment, false);
    }

    private static CirclesFile read(
            Path file, Optional<Path> data, Map<String, String> environment, boolean keys) {
        Findings findings = new Findings(file.toString());
        JsonNode json = parse(file);
        ConfigReader root = ConfigReader.root(json, findings);
        Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
        CirclesFile circles =
                new CirclesReader(
                                folder,
                                data,
                                environment,
                                PrivateFiles.of(file, json, folder),
                                keys)
                        .read(root);
        findings.throwIfProblems();
        return new CirclesFile(
                circles.data,
                circles.sharedPort,
                circles.workers,
                circles.state,
                circles.redis,
                circles.adminPort,
                circles.circles,
                findings.warnings());
    }

    private static JsonNode parse(Path file) {
        try {
            return Json.parse(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw wrong(file + place(e.getLocation()), Json.problem(e));
        } catch (IOException e) {
            throw wrong(file.toString(), FileErrors.words(e));
        }
    }

    private static String place(JsonLocation at) {
        return at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
    }

    private static LauncherException wrong(String place, String what) {
        return new LauncherException(ExitCode.CONFIGURATION, place + ": " + what);
    }
}
