package io.circles.launcher;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.state.SharedDatabase;
import io.circles.script.state.StateArchive;
import io.circles.script.state.StateException;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The options by which the commands of `circles state` find a circle's state: in the database that
/// circles.json names, or else in the circle's folder.
final class ArchivedCircle {
    @Mixin private ConfigurationOptions configuration = new ConfigurationOptions();

    @Parameters(
            index = "0",
            paramLabel = "CIRCLE",
            description = "The name of a circle in circles.json.")
    @SuppressWarnings("NullAway.Init") // picocli sets what is required
    private String circle;

    /// What is done with the state.
    @FunctionalInterface
    interface Work {
        long on(StateArchive archive) throws IOException;
    }

    /// Does it, while no server has the data folder.
    ///
    /// @return how many rows were moved
    /// @throws LauncherException [ExitCode#NOT_STARTED] if it cannot be done
    long with(Shell shell, Work work) {
        CirclesFile file = configuration.read(shell.environment());
        CircleEntry entry = named(file);
        PublicKey key =
                entry.key()
                        .orElseThrow(
                                () -> wrong("circle " + circle + " has no key yet: start it first"))
                        .publicKey();
        try (DataLock _ = DataLock.take(file.data());
                SharedDatabase shared = file.state().map(SharedStates::open).orElse(null)) {
            return work.on(
                    shared == null
                            ? StateArchive.of(entry.stateFile(), key)
                            : StateArchive.of(shared, key));
        } catch (StateException e) {
            throw failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw failed(FileErrors.words(e));
        }
    }

    private CircleEntry named(CirclesFile file) {
        Optional<CircleEntry> found =
                file.circles().stream().filter(entry -> entry.name().equals(circle)).findFirst();
        return found.orElseThrow(
                () ->
                        wrong(
                                "there is no circle %s; there is %s"
                                        .formatted(
                                                circle,
                                                String.join(
                                                        ", ",
                                                        file.circles().stream()
                                                                .map(CircleEntry::name)
                                                                .toList()))));
    }

    private LauncherException failed(String why) {
        return new LauncherException(
                ExitCode.NOT_STARTED, "state of %s: %s".formatted(circle, why));
    }

    private LauncherException wrong(String what) {
        return new LauncherException(ExitCode.CONFIGURATION, configuration.config() + ": " + what);
    }
}
