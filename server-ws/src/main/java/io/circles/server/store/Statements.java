package io.circles.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs statements on the open file, each prepared once. They end with its connection. Used by one
/// thread at a time; while the rows of one are read, others may run, but not the same again.
final class Statements {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Statements(Connection connection) {
        this.connection = connection;
    }

    /// Reads one row.
    ///
    /// @param <T> as what
    @FunctionalInterface
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// Changes rows.
    ///
    /// @param sql a constant: it is kept
    /// @return how many
    int update(String sql, @Nullable Object... values) throws SQLException {
        return prepared(sql, values).executeUpdate();
    }

    /// Reads all rows.
    ///
    /// @param sql a constant: it is kept
    <T> List<T> rows(String sql, Reader<T> reader, @Nullable Object... values) throws SQLException {
        List<T> all = new ArrayList<>();
        try (ResultSet rows = prepared(sql, values).executeQuery()) {
            while (rows.next()) {
                all.add(reader.read(rows));
            }
        }
        return all;
    }

    /// Reads the first row, if there is one.
    ///
    /// @param sql a constant: it is kept
    <T> Optional<T> first(String sql, Reader<T> reader, @Nullable Object... values)
            throws SQLException {
        try (ResultSet rows = prepared(sql, values).executeQuery()) {
            return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
        }
    }

    /// What is to be handled now, and when there is more.
    ///
    /// @param sql gives ids and when each is due, the first first; a constant: it is kept
    /// @param most how many it looks at
    Due due(String sql, Instant now, int most) throws SQLException {
        List<String> ids = new ArrayList<>();
        Optional<Duration> next = Optional.empty();
        try (ResultSet rows = prepared(sql, most).executeQuery()) {
            while (next.isEmpty() && rows.next()) {
                Instant due = Instant.ofEpochMilli(rows.getLong(2));
                if (due.isAfter(now)) {
                    next = Optional.of(Duration.between(now, due));
                } else {
                    ids.add(rows.getString(1));
                }
            }
        }
        return new Due(ids, next);
    }

    private PreparedStatement prepared(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
