package io.circles.script.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/// Keeps the file bounded into which SQLite writes commits first. SQLite moves them to the database
/// by itself, but begins the file anew only in a moment in which nobody reads it: where runs
/// overlap without end, the writer has to wait for that moment. Confined to the writer.
public final class WriteAheadLog {
    private static final long MOST_WAIT_MILLIS = 5_000;
    private static final long WAIT_MILLIS = 100;

    private final Connection connection;
    private final Path file;
    private long tolerated = Database.LOG_BYTES;

    /// @param connection the writer's
    /// @param database the file that it writes
    public WriteAheadLog(Connection connection, Path database) {
        this.connection = connection;
        this.file = database.resolveSibling(database.getFileName() + "-wal");
    }

    /// Empties the file when it has grown past its bound. Waits for readers, the longer the bigger
    /// it is; where that does not help, the next try comes when it has grown by as much again.
    public void bound() throws SQLException {
        long size = size();
        if (size <= tolerated) {
            return;
        }
        long wait = Math.min(MOST_WAIT_MILLIS, WAIT_MILLIS * (size / Database.LOG_BYTES));
        try (Statement statement = connection.createStatement()) {
            statement.execute(Sql.BUSY_TIMEOUT.formatted(wait));
            statement.execute(Sql.CHECKPOINT.formatted("TRUNCATE"));
            statement.execute(Sql.BUSY_TIMEOUT.formatted(MOST_WAIT_MILLIS));
        }
        tolerated = size() + Database.LOG_BYTES;
    }

    private long size() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
