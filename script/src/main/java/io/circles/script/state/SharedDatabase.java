package io.circles.script.state;

import com.zaxxer.hikari.HikariDataSource;
import io.circles.protocol.crypto.PublicKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL database with the states of any number of circles, which any number of servers
/// may write. Whoever opens it closes it, after the stores that it made.
///
/// Thread-safe. While it is out of reach, commits and questions fail with
/// [io.circles.protocol.ErrorCode#STATE_UNAVAILABLE], most of them at once: one in a second waits
/// to see whether it is back.
public final class SharedDatabase implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 8;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final DatabaseAddress address;
    private final HikariDataSource pool;
    private final AtomicReference<@Nullable Long> outOfReachSince = new AtomicReference<>();

    private SharedDatabase(DatabaseAddress address, HikariDataSource pool) {
        this.address = address;
        this.pool = pool;
    }

    /// Connects, and makes the tables or brings them up to date. Blocks meanwhile.
    ///
    /// @throws StateException if it cannot be reached or used, or a later version of Circles made
    ///     its tables
    public static SharedDatabase open(DatabaseAddress address) {
        try {
            Migrations.run(address);
        } catch (SQLException e) {
            throw new StateException(String.valueOf(e.getMessage()), e);
        }
        return new SharedDatabase(address, Pools.writers(address, MOST_CONNECTIONS));
    }

    /// The state of a circle, which is made when something is first committed to it.
    ///
    /// @param mostBytes what keys, values and kept results may take together, in UTF-8; results at
    ///     most a quarter of it
    /// @param writers platform threads on which commits are made; shared by many stores
    /// @param clock says how old runs and effects are; put right by as much as this machine's
    ///     differs from the database's
    /// @param committed is told of the effects of each group of commits that this store made, in
    ///     their order, when they are durable and before the commits return; must not block. It is
    ///     told of none at all when it cannot be known whether a group was committed
    public StateStore store(
            PublicKey circle,
            long mostBytes,
            ScheduledExecutorService writers,
            InstantSource clock,
            Consumer<List<LoggedEffect>> committed) {
        return new StateStore(
                new SharedState(this, circle, mostBytes, InstantSource.system()),
                writers,
                clock,
                committed);
    }

    DatabaseAddress address() {
        return address;
    }

    /// A connection of the pool, to which closing it gives it back.
    Connection connect() throws SQLException {
        Long since = outOfReachSince.get();
        if (since != null && System.nanoTime() - since < PAUSE.toNanos()) {
            throw new SQLTransientConnectionException("was out of reach a moment ago", "08001");
        }
        try {
            Connection connection = pool.getConnection();
            outOfReachSince.set(null);
            return connection;
        } catch (SQLException e) {
            markOutOfReach();
            throw e;
        }
    }

    /// For a moment nobody tries to reach it.
    void markOutOfReach() {
        outOfReachSince.set(System.nanoTime());
    }

    @Override
    public void close() {
        pool.close();
    }
}
