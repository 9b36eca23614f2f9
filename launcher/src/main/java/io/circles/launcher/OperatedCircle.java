package io.circles.launcher;

import io.circles.protocol.crypto.KeyPair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The options by which an operator's commands find a circle and the right to do things there: by
/// its name in circles.json, with its own key, or by its address, with a key of one's own.
final class OperatedCircle {
    @Mixin private ConfigurationOptions configuration = new ConfigurationOptions();

    @Parameters(
            index = "0",
            paramLabel = "CIRCLE",
            description =
                    "The name of a circle in circles.json, whose own key is then used; or an address such"
                            + " as ws://127.0.0.1:9001.")
    @SuppressWarnings("NullAway.Init") // picocli sets what is required
    private String circle;

    @Option(
            names = {"-k", "--key"},
            paramLabel = "FILE",
            description =
                    "The key to log in with, which needs the capability admin; by default the circle's own,"
                            + " or with an address ~/.circles/key.pem.")
    private Optional<Path> key = Optional.empty();

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = TimeConverter.class,
            description = "How long to wait for the answer, such as 500ms, 5s, 2m; by default 30s.")
    private Duration timeout = Duration.ZERO;

    /// Connects, logs in, sends a request and closes the connection.
    ///
    /// @throws LauncherException if there is no such circle, or it has no key yet
    <T> T ask(Shell shell, ClientOptions.Request<T> request) {
        if (circle.contains("://")) {
            KeyFile file = key.map(KeyFile::new).orElseGet(shell::ownKey);
            return ClientOptions.ask(circle, file.read(), timeout, request);
        }
        CirclesFile file = configuration.read(shell.environment());
        CircleEntry entry = named(file.circles());
        KeyPair pair = key.isPresent() ? new KeyFile(key.get()).read() : own(entry);
        return ClientOptions.ask(entry.url(file.sharedPort()), pair, timeout, request);
    }

    private CircleEntry named(List<CircleEntry> all) {
        return all.stream()
                .filter(entry -> entry.name().equals(circle))
                .findFirst()
                .orElseThrow(
                        () ->
                                wrong(
                                        "there is no circle %s; there is %s"
                                                .formatted(
                                                        circle,
                                                        String.join(
                                                                ", ",
                                                                all.stream()
                                                                        .map(CircleEntry::name)
                                                                        .toList()))));
    }

    private KeyPair own(CircleEntry entry) {
        return entry.key()
                .orElseThrow(() -> wrong("circle " + circle + " has no key yet: start it first"));
    }

    private LauncherException wrong(String what) {
        return new LauncherException(ExitCode.CONFIGURATION, configuration.config() + ": " + what);
    }
}
