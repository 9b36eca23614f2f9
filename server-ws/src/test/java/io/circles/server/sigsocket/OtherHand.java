package io.circles.server.sigsocket;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/// Another hand at the file of a [SigningRoom]: makes what its store writes fail, or wait.
final class OtherHand implements AutoCloseable {
    private final Connection connection;

    OtherHand(Path file) throws SQLException {
        this.connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        execute("PRAGMA busy_timeout = 20000");
    }

    /// From now on no request to sign ends for which a condition holds.
    void failEndsOf(String condition) throws SQLException {
        execute(
                """
                CREATE TRIGGER no_end BEFORE UPDATE OF state ON sign_requests WHEN NEW.%s
                BEGIN SELECT RAISE(ABORT, 'no end'); END"""
                        .formatted(condition));
        execute(
                """
                CREATE TRIGGER no_loose_end BEFORE DELETE ON sign_requests WHEN OLD.%s
                BEGIN SELECT RAISE(ABORT, 'no end'); END"""
                        .formatted(condition));
    }

    /// They end again.
    void letEnd() throws SQLException {
        execute("DROP TRIGGER no_end");
        execute("DROP TRIGGER no_loose_end");
    }

    /// From now on the store's next write waits.
    void hold() throws SQLException {
        execute("BEGIN IMMEDIATE");
    }

    /// It goes on.
    void release() throws SQLException {
        execute("COMMIT");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
