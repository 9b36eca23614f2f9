package io.circles.script.state;

import io.circles.protocol.CircleException;
import io.circles.script.state.ReadConnection.Versioned;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// A state as it was at one moment. Confined to one thread.
final class Snapshot implements AutoCloseable {
    private final String url;
    private final IdleConnections idle;
    private final @Nullable ReadConnection connection;
    private final long version;

    private Snapshot(
            String url, IdleConnections idle, @Nullable ReadConnection connection, long version) {
        this.url = url;
        this.idle = idle;
        this.connection = connection;
        this.version = version;
    }

    /// The state as it is now; an empty one where nothing was committed yet.
    ///
    /// @throws CircleException if it cannot be read
    static Snapshot of(String url, IdleConnections idle) {
        ReadConnection connection = null;
        try {
            connection = idle.take(url);
            return new Snapshot(url, idle, connection, connection == null ? 0 : connection.begin());
        } catch (SQLException e) {
            if (connection != null) {
                IdleConnections.close(connection);
            }
            throw StateFailure.of(url, e);
        }
    }

    /// Number of the last commit in it; 0 for an empty state.
    long version() {
        return version;
    }

    @Nullable Versioned get(String key) {
        try {
            return connection == null ? null : connection.get(key);
        } catch (SQLException e) {
            throw StateFailure.of(url, e);
        }
    }

    /// The entries of a range, which the caller closes before it reads anything else.
    StoredEntries entries(String from, @Nullable String until) {
        try {
            return new StoredEntries(
                    url, connection == null ? null : connection.entries(from, until));
        } catch (SQLException e) {
            throw StateFailure.of(url, e);
        }
    }

    @Override
    public void close() {
        if (connection == null) {
            return;
        }
        try {
            connection.end();
        } catch (SQLException e) {
            IdleConnections.close(connection);
            throw StateFailure.of(url, e);
        }
        idle.put(url, connection);
    }
}
