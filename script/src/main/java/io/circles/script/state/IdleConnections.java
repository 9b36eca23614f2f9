package io.circles.script.state;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connections to files that nobody reads with now, kept for the next run of the same circle: a
/// few for each of the circles that were used last. Thread-safe: the cache owns the shelves, a
/// shelf's lock its connections.
final class IdleConnections implements ReadConnections {
    private static final Logger LOG = LoggerFactory.getLogger(IdleConnections.class);
    private static final int MOST_STATES = 32;
    private static final int MOST_OF_A_STATE = 4;

    private final Cache<String, Shelf> shelves;

    /// @param unused after this time a state's connections are closed
    IdleConnections(Duration unused) {
        this.shelves =
                Caffeine.newBuilder()
                        .maximumSize(MOST_STATES)
                        .expireAfterAccess(unused)
                        .scheduler(Scheduler.systemScheduler())
                        .executor(Runnable::run)
                        .removalListener(
                                (@Nullable String _, @Nullable Shelf shelf, RemovalCause _) ->
                                        close(shelf))
                        .build();
    }

    /// A connection, made if none is idle.
    @Override
    public @Nullable ReadConnection take(String url) throws SQLException {
        Shelf shelf = shelves.getIfPresent(url);
        ReadConnection idle = shelf == null ? null : shelf.take();
        ReadConnection connection = idle == null ? ReadConnection.open(url).orElse(null) : idle;
        return connection == null ? null : begun(connection);
    }

    private static @Nullable ReadConnection begun(ReadConnection connection) throws SQLException {
        boolean begun = false;
        try {
            begun = connection.begin();
            return begun ? connection : null;
        } finally {
            if (!begun) {
                close(connection);
            }
        }
    }

    @Override
    public void put(String url, ReadConnection connection) throws SQLException {
        try {
            connection.end();
        } catch (SQLException e) {
            close(connection);
            throw e;
        }
        if (!shelves.get(url, _ -> new Shelf()).put(connection)) {
            close(connection);
        }
    }

    static void close(@Nullable AutoCloseable connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (Exception e) {
            LOG.atWarn().setCause(e).log("A connection to a state was not closed");
        }
    }

    /// Closes all that are idle. What comes back later is closed as it comes, or soon after.
    @Override
    public void close() {
        shelves.invalidateAll();
        shelves.cleanUp();
    }

    /// The idle connections of one state; the lock guards the fields.
    private static final class Shelf implements AutoCloseable {
        private final ReentrantLock lock = new ReentrantLock();
        private final Deque<ReadConnection> connections = new ArrayDeque<>();
        private boolean closed;

        @Nullable ReadConnection take() {
            lock.lock();
            try {
                return connections.poll();
            } finally {
                lock.unlock();
            }
        }

        boolean put(ReadConnection connection) {
            lock.lock();
            try {
                return !closed
                        && connections.size() < MOST_OF_A_STATE
                        && connections.offerFirst(connection);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                connections.forEach(IdleConnections::close);
                connections.clear();
            } finally {
                lock.unlock();
            }
        }
    }
}
