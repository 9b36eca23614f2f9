package io.circles.script.state;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;

/// Opens the files of states.
final class Database {
    private static final String PREFIX = "jdbc:sqlite:";
    private static final String READ_ONLY = "1";
    private static final String BUSY_MILLIS = "5000";

    /// Past this size the log is emptied; what it may take when nobody reads.
    static final long LOG_BYTES = 16L << 20;

    private Database() {}

    /// JDBC URL of a file. As a URI, because the driver takes a question mark in a path for the
    /// beginning of its settings.
    static String url(Path file) {
        return PREFIX + file.toAbsolutePath().toUri();
    }

    /// Opens a state for its one writer; makes it where it is not there, and brings one that an
    /// earlier version of Circles made up to date.
    static Connection write(Path file) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("journal_mode", "WAL");
        settings.setProperty("synchronous", "FULL");
        settings.setProperty("busy_timeout", BUSY_MILLIS);
        settings.setProperty("journal_size_limit", Long.toString(LOG_BYTES));
        return prepared(DriverManager.getConnection(url(file), settings), true)
                .orElseThrow(() -> new SQLException("has no tables"));
    }

    /// Opens a state for reading, which finds what it needs in any schema; empty when nothing was
    /// committed to it yet.
    static Optional<Connection> read(String url) throws SQLException {
        if (!url.startsWith(PREFIX)) {
            throw new SQLException("is not a SQLite URL");
        }
        if (!Files.exists(Path.of(URI.create(url.substring(PREFIX.length()))))) {
            return Optional.empty();
        }
        Properties settings = new Properties();
        settings.setProperty("open_mode", READ_ONLY);
        settings.setProperty("busy_timeout", BUSY_MILLIS);
        return prepared(DriverManager.getConnection(url, settings), false);
    }

    /// From here on every statement belongs to a transaction, which begins with the first one.
    private static Optional<Connection> prepared(Connection connection, boolean create)
            throws SQLException {
        boolean ready = false;
        try {
            int schema = schema(connection);
            connection.setAutoCommit(false);
            if (schema < Sql.SCHEMA && create) {
                bringUpToDate(connection, schema);
            }
            ready = schema != 0 || create;
            return ready ? Optional.of(connection) : Optional.empty();
        } finally {
            if (!ready) {
                connection.close();
            }
        }
    }

    private static int schema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(Sql.SCHEMA_VERSION)) {
            int schema = row.next() ? row.getInt(1) : 0;
            if (schema < 0 || schema > Sql.SCHEMA) {
                throw new SQLException(
                        "has schema %d, this program knows those up to %d: a later version of Circles made it"
                                .formatted(schema, Sql.SCHEMA));
            }
            return schema;
        }
    }

    private static void bringUpToDate(Connection connection, int schema) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : Sql.stepsFrom(schema)) {
                statement.execute(sql);
            }
        }
        connection.commit();
    }
}
