package io.circles.launcher;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The options by which `up`, `worker` and `check` find circles.json.
final class ConfigurationOptions {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "What to run; by default circles.json.")
    private Path config = Path.of("circles.json");

    @Option(
            names = {"-d", "--data"},
            paramLabel = "FOLDER",
            description =
                    "Where keys and state are kept; by default what the file says, or data beside it.")
    private Optional<Path> data = Optional.empty();

    /// Reads the file.
    ///
    /// @throws LauncherException with all problems in it
    CirclesFile read(Map<String, String> environment) {
        return CirclesFile.read(config, data, environment);
    }

    /// Reads the file but for the circles' keys.
    ///
    /// @throws LauncherException with all problems in it
    CirclesFile readWithoutKeys(Map<String, String> environment) {
        return CirclesFile.readWithoutKeys(config, data, environment);
    }

    Path config() {
        return config;
    }
}
