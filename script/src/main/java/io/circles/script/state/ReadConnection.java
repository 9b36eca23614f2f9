package io.circles.script.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A connection that reads one snapshot after the other. Used by one thread at a time.
final class ReadConnection implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement begin;
    private final PreparedStatement value;
    private final PreparedStatement range;
    private final PreparedStatement openRange;
    private long version;

    /// @param begin the statement that begins a snapshot; the version is its first column
    ReadConnection(Connection connection, PreparedStatement begin) throws SQLException {
        this.connection = connection;
        this.begin = begin;
        this.value = connection.prepareStatement(Sql.VALUE);
        this.range = connection.prepareStatement(Sql.RANGE);
        this.openRange = connection.prepareStatement(Sql.OPEN_RANGE);
    }

    /// A value and the number of the commit that wrote it.
    record Versioned(long version, String value) {}

    /// Opens a file; empty when nothing was committed yet.
    static Optional<ReadConnection> open(String url) throws SQLException {
        Optional<Connection> file = Database.read(url, Sql.SCHEMA);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Connection connection = file.get();
        return Optional.of(
                new ReadConnection(connection, connection.prepareStatement(Sql.VERSION)));
    }

    /// Begins a snapshot.
    ///
    /// @return false when there is nothing in it
    boolean begin() throws SQLException {
        try (ResultSet row = begin.executeQuery()) {
            boolean there = row.next();
            version = there ? row.getLong(1) : 0;
            return there;
        }
    }

    /// Number of the last commit in the snapshot.
    long version() {
        return version;
    }

    @Nullable Versioned get(String key) throws SQLException {
        value.setString(1, key);
        try (ResultSet row = value.executeQuery()) {
            return row.next() ? new Versioned(row.getLong(1), row.getString(2)) : null;
        }
    }

    /// Keys and values in their order. The caller closes it before it asks for another one.
    ///
    /// @param until the first key after the range; null for no end
    ResultSet entries(String from, @Nullable String until) throws SQLException {
        PreparedStatement query = until == null ? openRange : range;
        query.setString(1, from);
        if (until != null) {
            query.setString(2, until);
        }
        return query.executeQuery();
    }

    /// Ends the snapshot; the writer can now forget it.
    void end() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
