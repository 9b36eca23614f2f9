package io.circles.script.state;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/// Opens the files of a circle.
public final class Database {
    private static final String PREFIX = "jdbc:sqlite:";
    private static final String READ_ONLY = "1";
    private static final String BUSY_MILLIS = "5000";

    /// Past this size the log is emptied; what it may take when nobody reads.
    static final long LOG_BYTES = 16L << 20;

    private Database() {}

    /// The tables of a kind of file.
    ///
    /// @param steps the statements that make each schema of the one before it, beginning with none;
    ///     `user_version` counts them
    public record Schema(List<List<String>> steps) {
        public Schema {
            steps = List.copyOf(steps);
        }

        int version() {
            return steps.size();
        }
    }

    /// JDBC URL of a file. As a URI, because the driver takes a question mark in a path for the
    /// beginning of its settings.
    static String url(Path file) {
        return PREFIX + file.toAbsolutePath().toUri();
    }

    /// Opens a file for its one writer; makes it where it is not there, and brings one that an
    /// earlier version of Circles made up to date. What is committed is durable (write-ahead log,
    /// synchronous FULL). Every statement belongs to a transaction, which begins with the first
    /// one.
    ///
    /// @throws SQLException if it cannot be opened, or a later version of Circles made it
    public static Connection write(Path file, Schema schema) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("journal_mode", "WAL");
        settings.setProperty("synchronous", "FULL");
        settings.setProperty("busy_timeout", BUSY_MILLIS);
        settings.setProperty("journal_size_limit", Long.toString(LOG_BYTES));
        return prepared(DriverManager.getConnection(url(file), settings), schema, true)
                .orElseThrow(() -> new SQLException("has no tables"));
    }

    /// Opens a file for reading, beside the one who writes it, in whatever schema it has; empty
    /// when nothing was committed to it yet.
    public static Optional<Connection> read(Path file, Schema schema) throws SQLException {
        return read(url(file), schema);
    }

    /// Opens a file for reading, in whatever schema it has; empty when nothing was committed to it
    /// yet.
    static Optional<Connection> read(String url, Schema schema) throws SQLException {
        if (!url.startsWith(PREFIX)) {
            throw new SQLException("is not a SQLite URL");
        }
        if (!Files.exists(Path.of(URI.create(url.substring(PREFIX.length()))))) {
            return Optional.empty();
        }
        Properties settings = new Properties();
        settings.setProperty("open_mode", READ_ONLY);
        settings.setProperty("busy_timeout", BUSY_MILLIS);
        return prepared(DriverManager.getConnection(url, settings), schema, false);
    }

    /// From here on every statement belongs to a transaction, which begins with the first one.
    private static Optional<Connection> prepared(
            Connection connection, Schema schema, boolean create) throws SQLException {
        boolean ready = false;
        try {
            int there = version(connection, schema.version());
            connection.setAutoCommit(false);
            if (there < schema.version() && create) {
                bringUpToDate(connection, there, schema);
            }
            ready = there != 0 || create;
            return ready ? Optional.of(connection) : Optional.empty();
        } finally {
            if (!ready) {
                connection.close();
            }
        }
    }

    private static int version(Connection connection, int known) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(Sql.SCHEMA_VERSION)) {
            int there = row.next() ? row.getInt(1) : 0;
            if (there < 0 || there > known) {
                throw new SQLException(
                        "has schema %d, this program knows those up to %d: a later version of Circles made it"
                                .formatted(there, known));
            }
            return there;
        }
    }

    private static void bringUpToDate(Connection connection, int from, Schema schema)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (List<String> step : schema.steps.subList(from, schema.version())) {
                for (String sql : step) {
                    statement.execute(sql);
                }
            }
            statement.execute(Sql.SET_SCHEMA_VERSION + schema.version());
        }
        connection.commit();
    }
}
