package io.circles.script.state;

import com.zaxxer.hikari.HikariDataSource;
import io.circles.script.state.DatabaseAddress.OfCircle;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Connections to shared databases, of one pool for each of them. Thread-safe; the lock guards the
/// pools, and whether they are to be closed.
final class SharedReads implements ReadConnections {
    private static final int MOST_DATABASES = 8;
    private static final int MOST_CONNECTIONS = 32;
    private static final int MOST_TRIES = 3;

    private final Object lock = new Object();
    private final Map<DatabaseAddress, HikariDataSource> pools = new HashMap<>();
    private boolean closed;

    @Override
    public @Nullable ReadConnection take(String url) throws SQLException {
        OfCircle state = DatabaseAddress.parse(url);
        for (int tries = 1; true; tries++) {
            try {
                return begun(pool(state.database()).getConnection(), state.circle());
            } catch (SQLException e) {
                // a run has no time to wait for an answer twice
                if (tries == MOST_TRIES
                        || SharedFailure.isOutOfReach(e)
                        || SharedFailure.isSilent(e)
                        || !SharedFailure.isLost(e)) {
                    throw e;
                }
            }
        }
    }

    private HikariDataSource pool(DatabaseAddress address) throws SQLException {
        synchronized (lock) {
            HikariDataSource pool = pools.get(address);
            if (closed) {
                throw new SQLException("is closed");
            }
            if (pool == null) {
                if (pools.size() == MOST_DATABASES) {
                    throw new SQLException("more than " + MOST_DATABASES + " databases are read");
                }
                pool = Pools.readers(address, MOST_CONNECTIONS);
                pools.put(address, pool);
            }
            return pool;
        }
    }

    private static @Nullable ReadConnection begun(Connection connection, String circle)
            throws SQLException {
        boolean begun = false;
        try {
            PreparedStatement begin = connection.prepareStatement(SharedSql.BEGIN_TO_READ);
            begin.setString(1, circle);
            ReadConnection reading = new ReadConnection(connection, begin);
            begun = reading.begin();
            return begun ? reading : null;
        } finally {
            if (!begun) {
                connection.close();
            }
        }
    }

    /// The pool ends the snapshot, and keeps the connection if it is still good.
    @Override
    public void put(String url, ReadConnection connection) {
        IdleConnections.close(connection);
        synchronized (lock) {
            if (closed) {
                closeUnused();
            }
        }
    }

    private void closeUnused() {
        pools.values().removeIf(SharedReads::isClosed);
    }

    private static boolean isClosed(HikariDataSource pool) {
        boolean used = pool.getHikariPoolMXBean().getActiveConnections() > 0;
        if (!used) {
            pool.close();
        }
        return !used;
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            closeUnused();
        }
    }
}
