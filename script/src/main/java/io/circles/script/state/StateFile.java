package io.circles.script.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A state in a SQLite file of its own, open or not. Used by one thread at a time.
final class StateFile implements StateHome {
    private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);

    private final Path file;
    private final long mostBytes;
    private @Nullable Open open;
    private long usedNanos;

    /// A file that is open.
    private record Open(Writer writer, WriteAheadLog log) {}

    StateFile(Path file, long mostBytes) {
        this.file = file;
        this.mostBytes = mostBytes;
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public String url() {
        return Database.url(file);
    }

    @Override
    public boolean isOpen() {
        return open != null;
    }

    @Override
    public Instant now(InstantSource clock) {
        return clock.instant();
    }

    @Override
    public boolean isShared() {
        return false;
    }

    /// Opens it, or makes it with its folder.
    @Override
    public Writer open() throws SQLException {
        usedNanos = System.nanoTime();
        Open there = open;
        if (there == null) {
            try {
                Files.createDirectories(file.toAbsolutePath().getParent());
            } catch (IOException e) {
                throw new SQLException("has no folder", e);
            }
            there = opened();
            open = there;
        }
        return there.writer;
    }

    private Open opened() throws SQLException {
        Connection connection = Database.write(file, Sql.SCHEMA);
        try {
            Writer writer = new Writer(connection, Dialect.SQLITE, mostBytes);
            connection.commit();
            return new Open(writer, new WriteAheadLog(connection, file));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public @Nullable Writer openIfThere() throws SQLException {
        return open != null || Files.exists(file) ? open() : null;
    }

    @Override
    public @Nullable Writer openToRead() throws SQLException {
        return openIfThere();
    }

    /// Keeps its log short.
    @Override
    public void rest() {
        try {
            if (open != null) {
                open.log.bound();
            }
        } catch (SQLException e) {
            close();
            LOG.atWarn()
                    .addKeyValue("state", file)
                    .setCause(e)
                    .log("The log of a state was not emptied");
        }
    }

    @Override
    public long unusedNanos() {
        return System.nanoTime() - usedNanos;
    }

    @Override
    public void close() {
        Open there = open;
        open = null;
        if (there == null) {
            return;
        }
        try {
            there.writer.close();
        } catch (SQLException e) {
            LOG.atWarn().addKeyValue("state", file).setCause(e).log("A state was not closed");
        }
    }

    /// What failed here is undone when the file is closed.
    @Override
    public void checkMade(String run, SQLException failure) throws SQLException {
        throw failure;
    }

    @Override
    public boolean failed(SQLException failure, int tries) {
        return false;
    }
}
