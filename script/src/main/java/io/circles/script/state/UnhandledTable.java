package io.circles.script.state;

import io.circles.protocol.CircleException;
import io.circles.protocol.Utf8;
import io.circles.script.state.Commit.NewEffect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// The effects that somebody has to handle and that nobody has yet, for the writer alone. They are
/// in the log of all effects too, which forgets them in time; here they stay, within a bound.
final class UnhandledTable {
    private final PreparedStatement add;
    private final PreparedStatement after;
    private final PreparedStatement delete;
    private final Connection connection;
    private final Dialect dialect;
    private final Ledger ledger;

    UnhandledTable(Connection connection, Dialect dialect, Ledger ledger) throws SQLException {
        this.add = connection.prepareStatement(Sql.ADD_UNHANDLED);
        this.after = connection.prepareStatement(Sql.UNHANDLED);
        this.delete = connection.prepareStatement(Sql.DELETE_UNHANDLED);
        this.connection = connection;
        this.dialect = dialect;
        this.ledger = ledger;
    }

    /// Refuses effects for which there is no room.
    ///
    /// @throws CircleException [io.circles.protocol.ErrorCode#BUSY]
    void check(List<NewEffect> effects) {
        long count = 0;
        long bytes = 0;
        for (NewEffect effect : effects) {
            if (effect.lasting()) {
                count++;
                bytes += Utf8.length(effect.body());
            }
        }
        ledger.checkUnhandled(count, bytes);
    }

    /// Adds an effect, for [#flush].
    void add(LoggedEffect effect) throws SQLException {
        EffectTable.insert(add, effect);
        ledger.unhandled(1, Utf8.length(effect.body()));
    }

    /// Writes what was added.
    void flush() throws SQLException {
        add.executeBatch();
    }

    /// The first ones after a number, fewer than asked for when they are big.
    List<LoggedEffect> after(long number, int limit) throws SQLException {
        after.setLong(1, number);
        after.setInt(2, limit);
        return EffectTable.read(after);
    }

    /// Takes those of a kind; see [StateStore#take]. A file has one server, which has them all.
    List<LoggedEffect> take(String taker, String kind, long number, int limit) throws SQLException {
        return switch (dialect) {
            case SQLITE -> after(number, limit);
            case POSTGRESQL -> takeShared(taker, kind, number, limit);
        };
    }

    private List<LoggedEffect> takeShared(String taker, String kind, long number, int limit)
            throws SQLException {
        try (PreparedStatement untaken = connection.prepareStatement(SharedSql.UNTAKEN);
                PreparedStatement take = connection.prepareStatement(SharedSql.TAKE)) {
            untaken.setLong(1, number);
            untaken.setString(2, taker);
            untaken.setInt(3, limit);
            List<LoggedEffect> found = EffectTable.read(untaken);
            for (LoggedEffect effect : found) {
                if (effect.kind().equals(kind)) {
                    take.setString(1, taker);
                    take.setLong(2, effect.number());
                    take.addBatch();
                }
            }
            take.executeBatch();
            return found;
        }
    }

    /// Forgets those that are there still.
    void handled(List<Long> numbers) throws SQLException {
        for (long number : numbers) {
            delete.setLong(1, number);
            try (ResultSet row = delete.executeQuery()) {
                if (row.next()) {
                    ledger.unhandled(-1, -row.getLong(1));
                }
            }
        }
    }
}
