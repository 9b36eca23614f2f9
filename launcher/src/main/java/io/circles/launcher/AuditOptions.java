package io.circles.launcher;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The options by which the commands of `circles audit` find their circles.
final class AuditOptions {
    @Mixin private ConfigurationOptions configuration = new ConfigurationOptions();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CIRCLE",
            description = "The name of the circle; by default all of the file.")
    private Optional<String> circle = Optional.empty();

    /// The circles that are meant.
    ///
    /// @throws LauncherException if the file is not right, or there is none of that name
    List<CircleEntry> circles(Map<String, String> environment) {
        List<CircleEntry> all = configuration.read(environment).circles();
        List<CircleEntry> meant =
                all.stream()
                        .filter(entry -> circle.isEmpty() || circle.get().equals(entry.name()))
                        .toList();
        if (meant.isEmpty()) {
            throw new LauncherException(
                    ExitCode.CONFIGURATION,
                    "%s: there is no circle %s; there is %s"
                            .formatted(
                                    configuration.config(),
                                    circle.orElse(""),
                                    String.join(
                                            ", ", all.stream().map(CircleEntry::name).toList())));
        }
        return meant;
    }
}
