package io.circles.script.state;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Connections for runs that read. Thread-safe.
sealed interface ReadConnections extends AutoCloseable permits IdleConnections, SharedReads {
    /// A connection whose snapshot has begun, for [#put]; null when nothing was committed yet.
    @Nullable ReadConnection take(String url) throws SQLException;

    /// Ends the snapshot, and takes the connection back.
    void put(String url, ReadConnection connection) throws SQLException;

    /// Closes all that are idle, and the others as they come back.
    @Override
    void close();
}
