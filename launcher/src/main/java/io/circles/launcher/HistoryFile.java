package io.circles.launcher;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// Where `repl` keeps what was typed: a file with mode 0600 in the user's folder of state
/// (`XDG_STATE_HOME`, by default `~/.local/state`). Who has no such folder gets no file.
final class HistoryFile {
    private HistoryFile() {}

    /// The file, which is made where it is missing; nothing where it cannot be kept, which is said
    /// unless the user has no such folder.
    static Optional<Path> of(Shell shell) {
        Path state = state(shell);
        if (!Files.isDirectory(state)) {
            return Optional.empty();
        }
        Path file = state.resolve("circles").resolve("history");
        try {
            makePrivate(file);
            return Optional.of(file);
        } catch (IOException e) {
            shell.err().println(file + ": " + FileErrors.words(e) + "; no history is kept");
            return Optional.empty();
        }
    }

    /// By the XDG Base Directory Specification, a relative path does not count.
    private static Path state(Shell shell) {
        Path named = Path.of(shell.environment().getOrDefault("XDG_STATE_HOME", ""));
        return named.isAbsolute() ? named : shell.home().resolve(".local").resolve("state");
    }

    private static void makePrivate(Path file) throws IOException {
        try {
            SafeFiles.createPrivate(file, "");
        } catch (FileAlreadyExistsException e) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }
}
