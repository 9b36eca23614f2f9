package io.circles.launcher;

import io.circles.script.state.DatabaseAddress;
import io.circles.script.state.SharedDatabase;
import io.circles.script.state.StateException;

/// The database that circles.json names under `state`.
final class SharedStates {
    private SharedStates() {}

    /// Connects, and makes the tables or brings them up to date; whoever opens it closes it.
    ///
    /// @throws LauncherException [ExitCode#NOT_STARTED] if it cannot be reached or used
    static SharedDatabase open(DatabaseAddress address) {
        try {
            return SharedDatabase.open(address);
        } catch (StateException e) {
            throw new LauncherException(
                    ExitCode.NOT_STARTED, "state: %s: %s".formatted(address, e.getMessage()));
        }
    }
}
