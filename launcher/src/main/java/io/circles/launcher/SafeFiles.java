package io.circles.launcher;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.UUID;

/// Writes files so that nobody ever sees half of one, not even after a crash: into a file of its
/// own beside the target, flushed to the disk, then put in place in one step. For systems with
/// POSIX permissions.
final class SafeFiles {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER = mode("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE = mode("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> PUBLIC_FILE = mode("rw-r--r--");

    private SafeFiles() {}

    private static FileAttribute<Set<PosixFilePermission>> mode(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }

    /// Makes a folder and those above it that do not exist yet, each with mode 0700.
    static void privateFolders(Path folder) throws IOException {
        Path missing = folder.toAbsolutePath();
        Deque<Path> parents = new ArrayDeque<>();
        while (missing != null && !Files.isDirectory(missing)) {
            missing = missing.getParent();
            if (missing != null) {
                parents.push(missing);
            }
        }
        if (!parents.isEmpty()) {
            Files.createDirectories(folder, PRIVATE_FOLDER);
        }
        for (Path parent : parents) {
            flush(parent);
        }
    }

    /// Makes a file with mode 0600, in folders with mode 0700 where they do not exist yet.
    ///
    /// @throws FileAlreadyExistsException if there is one; it is left as it is
    static void createPrivate(Path target, String text) throws IOException {
        Path folder = folderOf(target);
        privateFolders(folder);
        Path draft = draftOf(target);
        try {
            write(draft, text, PRIVATE_FILE);
            putInPlace(draft, target);
        } finally {
            Files.deleteIfExists(draft);
        }
        flush(folder);
    }

    /// Writes a file that anybody may read; one that is there is replaced.
    static void replace(Path target, String text) throws IOException {
        Path draft = draftOf(target);
        try {
            write(draft, text, PUBLIC_FILE);
            Files.move(draft, target, ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static Path draftOf(Path target) {
        return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    }

    private static void write(Path draft, String text, FileAttribute<Set<PosixFilePermission>> mode)
            throws IOException {
        try (FileChannel file = FileChannel.open(draft, Set.of(CREATE_NEW, WRITE), mode)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
    }

    /// A link fails when the target exists, where a move would replace it; not every file system
    /// has links.
    private static void putInPlace(Path draft, Path target) throws IOException {
        try {
            Files.createLink(target, draft);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            Files.move(draft, target);
        }
    }

    private static Path folderOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private static void flush(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder)) {
            channel.force(true);
        }
    }
}
