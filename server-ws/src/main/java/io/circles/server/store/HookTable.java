package io.circles.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Webhooks' events, for the writer alone. What was handled is kept for a week, and what could not
/// be for 90 days, as what was seen; what must never be forgotten is kept for ever.
final class HookTable {
    private static final Duration KEPT = Duration.ofDays(7);
    private static final Duration KEPT_IN_VAIN = Duration.ofDays(90);
    private static final Duration REMEMBERED = Duration.ofDays(90);
    private static final Instant EVER = Instant.ofEpochMilli(Long.MAX_VALUE);
    private static final int MOST_DROPPED = 64;

    private final Statements statements;

    HookTable(Statements statements) {
        this.statements = statements;
    }

    boolean wasSeen(String provider, byte[] identity) throws SQLException {
        return statements.first(HookSql.SEEN, _ -> true, provider, identity).isPresent();
    }

    /// Remembers an event.
    ///
    /// @param forEver not only for a time
    void see(String provider, byte[] identity, boolean forEver, Instant now) throws SQLException {
        statements.update(HookSql.SEE, provider, identity, forEver ? null : now.toEpochMilli());
    }

    void add(String provider, HookEvent event, Instant now) throws SQLException {
        statements.update(
                HookSql.ADD,
                provider,
                event.id(),
                event.type(),
                event.object().orElse(null),
                stateOfNew(provider, event.object()).word(),
                event.created().toEpochMilli(),
                now.toEpochMilli(),
                event.size(),
                event.headers(),
                event.payload());
        statements.update(HookSql.ADD_BYTES, event.size());
    }

    private HookState stateOfNew(String provider, Optional<String> object) throws SQLException {
        if (object.isEmpty()) {
            return HookState.WAITING;
        }
        return statements
                .first(HookSql.IS_OBJECT_BUSY, _ -> HookState.BEHIND, provider, object.get())
                .orElse(HookState.WAITING);
    }

    Due due(Instant now, int most) throws SQLException {
        return statements.due(HookSql.DUE, now, most);
    }

    Optional<HookRow> find(long number) throws SQLException {
        return statements.first(HookSql.FIND, HookTable::row, number);
    }

    /// The newest first.
    ///
    /// @param before only those with a smaller number
    List<HookRow> list(long before, Optional<String> provider, Optional<HookState> state, int most)
            throws SQLException {
        return statements.rows(
                HookSql.LIST,
                HookTable::row,
                before,
                provider.orElse(null),
                state.map(HookState::word).orElse(null),
                most);
    }

    /// @param failed whether that counts
    /// @param due when it is to be tried again
    void tried(long number, boolean failed, Instant due, String error) throws SQLException {
        statements.update(HookSql.TRIED, failed ? 1 : 0, due.toEpochMilli(), error, number);
    }

    /// Ends an event; the next of its object takes its turn.
    ///
    /// @param error what the handler failed with, if it did
    /// @return whether another one has its turn now
    boolean end(HookRow row, HookState state, @Nullable String error, Instant now)
            throws SQLException {
        int failed = error == null ? 0 : 1;
        boolean ended =
                statements.update(
                                HookSql.END,
                                state.word(),
                                now.toEpochMilli(),
                                failed,
                                failed,
                                error,
                                row.number())
                        > 0;
        return ended && row.state() == HookState.WAITING && nextOfObject(row);
    }

    private boolean nextOfObject(HookRow row) throws SQLException {
        return row.event().object().isPresent()
                && statements.update(
                                HookSql.NEXT_OF_OBJECT, row.provider(), row.event().object().get())
                        > 0;
    }

    /// A dead or unhandled event is to be handled again, after those of its object that wait.
    ///
    /// @return false when it is neither
    boolean again(HookRow row) throws SQLException {
        HookState state = stateOfNew(row.provider(), row.event().object());
        return statements.update(HookSql.AGAIN, state.word(), row.number()) > 0;
    }

    /// Forgets all of an event but that it was seen; the next of its object takes its turn.
    void drop(HookRow row) throws SQLException {
        drop(statements.rows(HookSql.SIZE_OF, Old::of, row.number()));
        if (row.state() == HookState.WAITING) {
            nextOfObject(row);
        }
    }

    /// Drops some of what is kept no longer.
    void purge(Instant now) throws SQLException {
        drop(HookState.DONE, now.minus(KEPT));
        drop(HookState.DEAD, now.minus(KEPT_IN_VAIN));
        drop(HookState.UNHANDLED, now.minus(KEPT_IN_VAIN));
        statements.update(HookSql.FORGET, now.minus(REMEMBERED).toEpochMilli(), MOST_DROPPED);
    }

    /// Drops what was handled, then what nobody handles, the oldest first, until there is room.
    ///
    /// @return whether there is
    boolean makeRoom(long size, long bound) throws SQLException {
        boolean dropped = true;
        while (bytes() + size > bound && dropped) {
            dropped = drop(HookState.DONE, EVER) || drop(HookState.UNHANDLED, EVER);
        }
        return bytes() + size <= bound;
    }

    private boolean drop(HookState state, Instant before) throws SQLException {
        return drop(
                statements.rows(
                        HookSql.OLD, Old::of, state.word(), before.toEpochMilli(), MOST_DROPPED));
    }

    /// An event that is to be dropped.
    private record Old(long number, long size) {
        static Old of(ResultSet row) throws SQLException {
            return new Old(row.getLong(1), row.getLong(2));
        }
    }

    private boolean drop(List<Old> some) throws SQLException {
        long size = 0;
        for (Old each : some) {
            statements.update(HookSql.DELETE, each.number);
            size += each.size;
        }
        statements.update(HookSql.ADD_BYTES, -size);
        return !some.isEmpty();
    }

    private long bytes() throws SQLException {
        return statements.first(HookSql.BYTES, row -> row.getLong(1)).orElse(0L);
    }

    private static HookRow row(ResultSet row) throws SQLException {
        Instant ended = Instant.ofEpochMilli(row.getLong(9));
        boolean hasEnded = !row.wasNull();
        HookEvent event =
                new HookEvent(
                        row.getString(3),
                        row.getString(4),
                        Optional.ofNullable(row.getString(5)),
                        Instant.ofEpochMilli(row.getLong(7)),
                        row.getString(14),
                        row.getString(15));
        return new HookRow(
                row.getLong(1),
                row.getString(2),
                event,
                HookState.of(row.getString(6)).orElseThrow(),
                Instant.ofEpochMilli(row.getLong(8)),
                hasEnded ? Optional.of(ended) : Optional.empty(),
                row.getInt(10),
                row.getInt(11),
                Instant.ofEpochMilli(row.getLong(12)),
                Optional.ofNullable(row.getString(13)));
    }
}
