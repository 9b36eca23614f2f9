package io.circles.script.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A state's file, open or not. Used by one thread at a time.
final class StateFile {
    private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);

    private final Path file;
    private final long mostBytes;
    private @Nullable Writer writer;
    private long usedNanos;

    StateFile(Path file, long mostBytes) {
        this.file = file;
        this.mostBytes = mostBytes;
    }

    Path path() {
        return file;
    }

    boolean isOpen() {
        return writer != null;
    }

    /// Opens it, or makes it with its folder.
    Writer open() throws SQLException {
        usedNanos = System.nanoTime();
        if (writer == null) {
            try {
                Files.createDirectories(file.toAbsolutePath().getParent());
            } catch (IOException e) {
                throw new SQLException("has no folder", e);
            }
            writer = Writer.open(file, mostBytes);
        }
        return writer;
    }

    /// Opens it if something was committed to it; null otherwise.
    @Nullable Writer openIfThere() throws SQLException {
        return writer != null || Files.exists(file) ? open() : null;
    }

    /// For how long it has not been used.
    long unusedNanos() {
        return System.nanoTime() - usedNanos;
    }

    /// Closes it; the next use opens it again, and sees what is durable.
    void close() {
        Writer open = writer;
        writer = null;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (SQLException e) {
            LOG.atWarn().addKeyValue("state", file).setCause(e).log("A state was not closed");
        }
    }
}
