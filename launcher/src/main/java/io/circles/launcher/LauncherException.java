package io.circles.launcher;

import java.util.List;

/// Ends the command: what to print on standard error and how to exit. Immutable.
final class LauncherException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    /// @param message what went wrong and what would be right, in one line or several
    LauncherException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    LauncherException(ExitCode exitCode, List<String> lines) {
        this(exitCode, String.join("\n", lines));
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
