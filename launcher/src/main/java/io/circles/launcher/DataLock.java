package io.circles.launcher;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Keeps a second server off a data folder: the file `lock` in it, locked as long as this is open.
/// The system lets go of it when the process ends, however it ends.
final class DataLock implements AutoCloseable {
    /// The file's name, which therefore can be no circle's.
    static final String NAME = "lock";

    private final FileChannel file;

    private DataLock(FileChannel file) {
        this.file = file;
    }

    /// Locks a data folder, which is made if it does not exist.
    ///
    /// @throws LauncherException [ExitCode#NOT_STARTED] if another server has it, or it cannot be
    ///     written
    static DataLock take(Path data) {
        make(data);
        Path path = data.resolve(NAME);
        try {
            FileChannel file = FileChannel.open(path, CREATE, READ, WRITE);
            if (isLocked(file)) {
                return new DataLock(withOwner(file));
            }
            file.close();
            throw notStarted(data, "is in use by another server" + owner(path));
        } catch (IOException e) {
            throw notStarted(path, FileErrors.words(e));
        }
    }

    private static void make(Path data) {
        try {
            SafeFiles.privateFolders(data);
        } catch (IOException e) {
            throw notStarted(data, FileErrors.words(e));
        }
    }

    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static FileChannel withOwner(FileChannel file) throws IOException {
        String pid = Long.toString(ProcessHandle.current().pid());
        file.truncate(0).write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
        return file;
    }

    private static String owner(Path path) throws IOException {
        String pid = Files.readString(path);
        return pid.isEmpty() ? "" : ", process " + pid;
    }

    private static LauncherException notStarted(Path path, String what) {
        return new LauncherException(ExitCode.NOT_STARTED, path + ": " + what);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
