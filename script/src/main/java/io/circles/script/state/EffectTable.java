package io.circles.script.state;

import io.circles.script.state.Commit.NewEffect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The effect log, for the writer alone. An effect is kept for ten minutes, if it is among the
/// last thousand; see [UnhandledTable] for those that are kept for longer.
final class EffectTable {
    static final Duration KEPT = Duration.ofMinutes(10);
    static final int MOST_KEPT = 1_000;
    private static final int DROPPED_AT_LEAST = 64;
    private static final long MOST_READ = 16L << 20;

    private final PreparedStatement add;
    private final PreparedStatement after;
    private final PreparedStatement oldest;
    private final PreparedStatement drop;
    private final Ledger ledger;
    private long latest;

    EffectTable(Connection connection, Ledger ledger) throws SQLException {
        this.add = connection.prepareStatement(Sql.ADD_EFFECT);
        this.after = connection.prepareStatement(Sql.EFFECTS);
        this.oldest = connection.prepareStatement(Sql.OLDEST_EFFECTS);
        this.drop = connection.prepareStatement(Sql.DROP_EFFECTS);
        this.ledger = ledger;
        try (PreparedStatement query = connection.prepareStatement(Sql.LATEST_EFFECT_AT);
                ResultSet row = query.executeQuery()) {
            this.latest = row.next() ? row.getLong(1) : Long.MIN_VALUE;
        }
    }

    /// Appends an effect, for [#flush]. Its time is never before that of the one before it, even
    /// if the clock was put back: so the kept ones have no gaps.
    LoggedEffect add(String run, NewEffect effect, Instant now) throws SQLException {
        latest = Math.max(latest, now.toEpochMilli());
        long number = ledger.nextEffect();
        LoggedEffect logged =
                new LoggedEffect(
                        number, run, effect.kind(), effect.body(), Instant.ofEpochMilli(latest));
        insert(add, logged);
        return logged;
    }

    /// Writes what was added.
    void flush() throws SQLException {
        add.executeBatch();
    }

    /// Adds a row to a table of effects, with the next batch of the statement.
    static void insert(PreparedStatement statement, LoggedEffect effect) throws SQLException {
        statement.setLong(1, effect.number());
        statement.setLong(2, effect.at().toEpochMilli());
        statement.setString(3, effect.runId());
        statement.setString(4, effect.kind());
        statement.setString(5, effect.body());
        statement.addBatch();
    }

    /// The first kept ones after a number, fewer than asked for when they are big.
    List<LoggedEffect> after(long number, int limit, Instant now) throws SQLException {
        after.setLong(1, Math.max(number, lastTooMany()));
        after.setLong(2, lastTooOld(now));
        after.setInt(3, limit);
        return read(after);
    }

    /// What a query gives, but not more than fits into a page.
    static List<LoggedEffect> read(PreparedStatement query) throws SQLException {
        List<LoggedEffect> effects = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            long size = 0;
            while (size < MOST_READ && rows.next()) {
                LoggedEffect effect = read(rows);
                effects.add(effect);
                size += effect.body().length();
            }
        }
        return effects;
    }

    private static LoggedEffect read(ResultSet row) throws SQLException {
        return new LoggedEffect(
                row.getLong(1),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                Instant.ofEpochMilli(row.getLong(2)));
    }

    private long lastTooMany() {
        return ledger.lastEffect() - MOST_KEPT;
    }

    private static long lastTooOld(Instant now) {
        return now.minus(KEPT).toEpochMilli();
    }

    /// Drops some of those that are not to be kept any longer: more than were added, but not all
    /// at once.
    ///
    /// @param added since this was done last
    void prune(int added, Instant now) throws SQLException {
        long dropped = lastDropped(2 * added + DROPPED_AT_LEAST, now);
        if (dropped > 0) {
            drop.setLong(1, dropped);
            drop.executeUpdate();
        }
    }

    private long lastDropped(int most, Instant now) throws SQLException {
        oldest.setInt(1, most);
        long last = 0;
        try (ResultSet rows = oldest.executeQuery()) {
            while (rows.next()
                    && (rows.getLong(1) <= lastTooMany() || rows.getLong(2) <= lastTooOld(now))) {
                last = rows.getLong(1);
            }
        }
        return last;
    }
}
