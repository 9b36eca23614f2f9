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
    private final PreparedStatement totals;
    private final PreparedStatement delete;
    private final Ledger ledger;

    UnhandledTable(Connection connection, Ledger ledger) throws SQLException {
        this.add = connection.prepareStatement(Sql.ADD_UNHANDLED);
        this.after = connection.prepareStatement(Sql.UNHANDLED);
        this.totals = connection.prepareStatement(Sql.TOTALS_UP_TO);
        this.delete = connection.prepareStatement(Sql.DELETE_UP_TO);
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

    void add(LoggedEffect effect) throws SQLException {
        EffectTable.insert(add, effect);
        ledger.unhandled(1, Utf8.length(effect.body()));
    }

    /// The first ones after a number, fewer than asked for when they are big.
    List<LoggedEffect> after(long number, int limit) throws SQLException {
        after.setLong(1, number);
        after.setInt(2, limit);
        return EffectTable.read(after);
    }

    /// Forgets those up to a number, this one included.
    void handled(long upTo) throws SQLException {
        totals.setLong(1, upTo);
        try (ResultSet row = totals.executeQuery()) {
            row.next();
            ledger.unhandled(-row.getLong(1), -row.getLong(2));
        }
        delete.setLong(1, upTo);
        delete.executeUpdate();
    }
}
