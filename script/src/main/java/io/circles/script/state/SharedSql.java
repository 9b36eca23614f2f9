package io.circles.script.state;

/// The statements that PostgreSQL has for itself: which circle a transaction is about. The others
/// stand in [Sql].
final class SharedSql {
    /// Whoever has the row is the only one to write the circle; comes first in a transaction.
    static final String BEGIN_TO_WRITE =
            """
            SELECT pg_current_xact_id()::text, set_config('circles.circle', id::text, true),
                (extract(epoch FROM clock_timestamp()) * 1000)::bigint
            FROM circle WHERE public_key = ? FOR UPDATE""";
    static final String BEGIN_TO_READ =
            """
            SELECT version, set_config('circles.circle', id::text, true),
                (extract(epoch FROM clock_timestamp()) * 1000)::bigint
            FROM circle WHERE public_key = ?""";
    static final String ADD_CIRCLE =
            "INSERT INTO circle (public_key) VALUES (?) ON CONFLICT DO NOTHING";

    /// For the one transaction that follows.
    static final String NO_HURRY = "SET LOCAL idle_in_transaction_session_timeout = 0";

    static final String PUT_ENTRY =
            """
            INSERT INTO entries VALUES (?, ?, ?)
            ON CONFLICT (circle, key)
            DO UPDATE SET version = excluded.version, value = excluded.value""";

    /// What no other server has taken.
    static final String UNTAKEN =
            """
            SELECT number, at, run, kind, body FROM unhandled
            WHERE number > ? AND (taker IS NULL OR taker = ?) ORDER BY number LIMIT ?""";

    static final String TAKE = "UPDATE unhandled SET taker = ? WHERE number = ? AND taker IS NULL";

    /// Waits for a transaction that is still going on.
    static final String LOCK_CIRCLE = "SELECT id FROM circle WHERE public_key = ? FOR UPDATE";

    static final String WHAT_BECAME =
            """
            SELECT pg_xact_status(?::xid8), EXISTS (
                SELECT 1 FROM circle_runs JOIN circle ON circle.id = circle_runs.circle
                WHERE public_key = ? AND circle_runs.id = ?)""";

    private SharedSql() {}
}
