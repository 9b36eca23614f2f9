package io.circles.launcher;

import static java.nio.file.attribute.PosixFilePermission.GROUP_READ;
import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.Set;

/// Who may read and change files that hold secrets.
final class Permissions {
    private static final Set<PosixFilePermission> OPEN =
            Set.of(GROUP_READ, GROUP_WRITE, OTHERS_READ, OTHERS_WRITE);

    private Permissions() {}

    /// Whether a file's mode lets others than its owner read or change it; false where files have
    /// no modes.
    static boolean isOpenToOthers(Path file) {
        try {
            return !Collections.disjoint(OPEN, Files.getPosixFilePermissions(file));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /// What to say about such a file.
    static String warning(Path file) {
        return "others can read or change %1$s; run: chmod 600 %1$s".formatted(file);
    }
}
