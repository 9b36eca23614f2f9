package io.circles.script.state;

import io.circles.protocol.crypto.PublicKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A circle's rows in a shared database. Used by one thread at a time.
///
/// A transaction that writes has the lock of the circle's own row from its first statement to its
/// end, so those of several servers come one after the other, each sees all that the one before it
/// did, and they are serializable without the database's help. Nothing is remembered from one to
/// the next.
final class SharedState implements StateHome {
    private static final Logger LOG = LoggerFactory.getLogger(SharedState.class);
    private static final int MOST_TRIES = 8;
    private static final int MOST_LOST = 3;
    private static final Duration TO_FIND_OUT = Duration.ofSeconds(7);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /// How long an answer may take to whoever copies a whole state.
    private static final Duration NO_HURRY = Duration.ofMinutes(1);

    /// A clock that differs from the database's by less is right; it is not asked more precisely
    /// than that, because the answer may wait for a lock.
    private static final Duration RIGHT = Duration.ofMinutes(1);

    private final SharedDatabase database;
    private final PublicKey circle;
    private final long mostBytes;
    private final InstantSource machine;
    private @Nullable Connection connection;

    /// How far the database's clock is ahead of this machine's.
    private Duration ahead = Duration.ZERO;

    private String transaction = "";

    /// @param machine this machine's clock, right or wrong
    SharedState(SharedDatabase database, PublicKey circle, long mostBytes, InstantSource machine) {
        this.database = database;
        this.circle = circle;
        this.mostBytes = mostBytes;
        this.machine = machine;
    }

    @Override
    public String name() {
        return database.address() + " " + circle.hex();
    }

    @Override
    public String url() {
        return database.address().readUrl(circle);
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public Writer open() throws SQLException {
        Writer there = openIfThere();
        if (there != null) {
            return there;
        }
        execute(connected(), SharedSql.ADD_CIRCLE, circle);
        Writer made = begin(SharedSql.BEGIN_TO_WRITE);
        if (made == null) {
            throw new SQLException("has no row for the circle");
        }
        return made;
    }

    /// A connection whose transaction has the circle in its hands for as long as it takes.
    ///
    /// @param make whether the circle gets a row if it has none
    /// @return null when it has none
    static @Nullable Connection open(SharedDatabase database, PublicKey circle, boolean make)
            throws SQLException {
        Connection connection = database.connect();
        boolean open = false;
        try {
            connection.setNetworkTimeout(Runnable::run, (int) NO_HURRY.toMillis());
            execute(connection, SharedSql.NO_HURRY, null);
            if (make) {
                execute(connection, SharedSql.ADD_CIRCLE, circle);
            }
            open = execute(connection, SharedSql.BEGIN_TO_WRITE, circle);
            return open ? connection : null;
        } finally {
            if (!open) {
                connection.close();
            }
        }
    }

    /// @return whether there was a row
    private static boolean execute(Connection connection, String sql, @Nullable PublicKey circle)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (circle != null) {
                statement.setString(1, circle.hex());
            }
            return statement.execute() && statement.getResultSet().next();
        }
    }

    @Override
    public @Nullable Writer openIfThere() throws SQLException {
        connected().rollback();
        return begin(SharedSql.BEGIN_TO_WRITE);
    }

    @Override
    public @Nullable Writer openToRead() throws SQLException {
        connected().rollback();
        return begin(SharedSql.BEGIN_TO_READ);
    }

    private Connection connected() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = database.connect();
            connection = open;
        }
        return open;
    }

    private @Nullable Writer begin(String sql) throws SQLException {
        Connection open = connected();
        try (PreparedStatement begin = open.prepareStatement(sql)) {
            begin.setString(1, circle.hex());
            try (ResultSet row = begin.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                transaction = row.getString(1);
                measure(row.getLong(3));
            }
        }
        return new Writer(open, Dialect.POSTGRESQL, mostBytes);
    }

    private void measure(long millis) {
        Duration found = Duration.between(machine.instant(), Instant.ofEpochMilli(millis));
        ahead = found.abs().compareTo(RIGHT) < 0 ? Duration.ZERO : found;
    }

    /// By the database's clock, which is the same for all: otherwise one whose clock is ahead takes
    /// for old what the others have just written.
    @Override
    public Instant now(InstantSource clock) {
        return clock.instant().plus(ahead);
    }

    /// Gives the connection back.
    @Override
    public void rest() {
        close();
    }

    @Override
    public boolean isOpen() {
        return connection != null;
    }

    @Override
    public long unusedNanos() {
        return 0;
    }

    /// The pool undoes what was not committed.
    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException e) {
            LOG.atDebug().addKeyValue("state", name()).setCause(e).log("was lost");
        }
    }

    /// A commit whose answer was lost may have been made, and even be on its way still. The lock
    /// of the circle's row waits for its end, and then the database knows what became of it. A
    /// database to which another one has passed its place may give its number to another
    /// transaction; therefore the run has to be there too.
    @Override
    public void checkMade(String run, SQLException failure) throws SQLException {
        if (!SharedFailure.isLost(failure)) {
            throw failure;
        }
        if (!wasMade(run, failure)) {
            throw new SQLException("was not made", SharedFailure.LOST_ON_ITS_WAY);
        }
    }

    private boolean wasMade(String run, SQLException failure) throws SQLException {
        close();
        SQLException last = failure;
        long deadline = System.nanoTime() + TO_FIND_OUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            try {
                return whatBecame(run);
            } catch (SQLException e) {
                last = e;
                close();
                pause();
            }
        }
        throw new SQLException(
                "what became of a commit is not known", SharedFailure.IN_DOUBT, last);
    }

    private boolean whatBecame(String run) throws SQLException {
        try (PreparedStatement lock = connected().prepareStatement(SharedSql.LOCK_CIRCLE);
                PreparedStatement query = connected().prepareStatement(SharedSql.WHAT_BECAME)) {
            lock.setString(1, circle.hex());
            lock.executeQuery().close();
            query.setString(1, transaction);
            query.setString(2, circle.hex());
            query.setString(3, run);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return switch (String.valueOf(row.getString(1))) {
                    case "committed" -> row.getBoolean(2);
                    case "aborted" -> false;
                    default -> throw new SQLException("is still being made", "55P03");
                };
            }
        } finally {
            close();
        }
    }

    private static void pause() throws SQLException {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", SharedFailure.IN_DOUBT, e);
        }
    }

    /// Where one has waited in vain, those behind it do not wait for the same.
    @Override
    public boolean failed(SQLException failure, int tries) {
        if (SharedFailure.isSilent(failure)) {
            database.markOutOfReach();
            return false;
        }
        if (SharedFailure.isInDoubt(failure) || SharedFailure.isOutOfReach(failure)) {
            return false;
        }
        return SharedFailure.isConflict(failure)
                ? tries < MOST_TRIES
                : SharedFailure.isLost(failure) && tries < MOST_LOST;
    }
}
