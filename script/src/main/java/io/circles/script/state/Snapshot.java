package io.circles.script.state;

import io.circles.protocol.CircleException;
import io.circles.script.state.ReadConnection.Versioned;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// A state as it was at one moment. Confined to one thread.
final class Snapshot implements AutoCloseable {
    private final String url;
    private final ReadConnections source;
    private final @Nullable ReadConnection connection;

    private Snapshot(String url, ReadConnections source, @Nullable ReadConnection connection) {
        this.url = url;
        this.source = source;
        this.connection = connection;
    }

    /// The state as it is now; an empty one where nothing was committed yet.
    ///
    /// @throws CircleException if it cannot be read
    static Snapshot of(String url, ReadConnections source) {
        try {
            return new Snapshot(url, source, source.take(url));
        } catch (SQLException e) {
            throw failure(url, e);
        }
    }

    private static CircleException failure(String url, SQLException e) {
        return StateFailure.of(DatabaseAddress.shown(url), e);
    }

    /// Number of the last commit in it; 0 for an empty state.
    long version() {
        return connection == null ? 0 : connection.version();
    }

    @Nullable Versioned get(String key) {
        try {
            return connection == null ? null : connection.get(key);
        } catch (SQLException e) {
            throw failure(url, e);
        }
    }

    /// The entries of a range, which the caller closes before it reads anything else.
    StoredEntries entries(String from, @Nullable String until) {
        try {
            return new StoredEntries(
                    DatabaseAddress.shown(url),
                    connection == null ? null : connection.entries(from, until));
        } catch (SQLException e) {
            throw failure(url, e);
        }
    }

    @Override
    public void close() {
        if (connection == null) {
            return;
        }
        try {
            source.put(url, connection);
        } catch (SQLException e) {
            throw failure(url, e);
        }
    }
}
