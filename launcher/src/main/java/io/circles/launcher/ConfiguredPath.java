package io.circles.launcher;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Paths as circles.json writes them.
final class ConfiguredPath {
    private ConfiguredPath() {}

    /// A path that is relative to a folder unless it is absolute.
    ///
    /// @throws IllegalArgumentException if no file can have that name
    static Path under(Path folder, String text) {
        try {
            return folder.resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("is not a path: " + e.getReason(), e);
        }
    }
}
