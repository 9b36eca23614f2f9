package io.circles.server.store;

import java.util.List;

/// The statements of webhooks.
///
/// An event is `waiting` until it was handled; `behind` when one of the same object waits that came
/// before it; `done`; `dead` when its handler has failed too often; or `unhandled` when the circle
/// has no handler for it. What was ever seen is kept apart from the events, for it is small and
/// outlives them; `at` is null where it must never be forgotten.
final class HookSql {
    static final List<String> CREATE =
            List.of(
                    """
                    CREATE TABLE webhook_events (
                        number INTEGER PRIMARY KEY AUTOINCREMENT, provider TEXT NOT NULL,
                        id TEXT NOT NULL, type TEXT NOT NULL, object TEXT, state TEXT NOT NULL,
                        created INTEGER NOT NULL, received INTEGER NOT NULL, ended INTEGER,
                        tries INTEGER NOT NULL, failures INTEGER NOT NULL, due INTEGER NOT NULL,
                        error TEXT, size INTEGER NOT NULL, headers TEXT NOT NULL,
                        payload TEXT NOT NULL
                    ) STRICT""",
                    "CREATE INDEX webhook_events_due ON webhook_events (due, number) WHERE state = 'waiting'",
                    """
                    CREATE INDEX webhook_events_object ON webhook_events (provider, object, number)
                    WHERE object IS NOT NULL AND state IN ('waiting', 'behind')""",
                    "CREATE INDEX webhook_events_ended ON webhook_events (state, ended)",
                    """
                    CREATE TABLE webhook_seen (
                        provider TEXT NOT NULL, id BLOB NOT NULL, at INTEGER,
                        PRIMARY KEY (provider, id)
                    ) STRICT, WITHOUT ROWID""",
                    "CREATE INDEX webhook_seen_at ON webhook_seen (at) WHERE at IS NOT NULL",
                    "CREATE TABLE webhook_meta (bytes INTEGER NOT NULL) STRICT",
                    "INSERT INTO webhook_meta VALUES (0)");

    static final String SEEN = "SELECT 1 FROM webhook_seen WHERE provider = ? AND id = ?";
    static final String SEE = "INSERT INTO webhook_seen VALUES (?, ?, ?)";
    static final String FORGET =
            """
            DELETE FROM webhook_seen WHERE (provider, id) IN
                (SELECT provider, id FROM webhook_seen WHERE at < ? ORDER BY at LIMIT ?)""";

    static final String ADD =
            """
            INSERT INTO webhook_events
            VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, NULL, 0, 0, 0, NULL, ?, ?, ?)""";
    static final String IS_OBJECT_BUSY =
            """
            SELECT 1 FROM webhook_events
            WHERE provider = ? AND object = ? AND state IN ('waiting', 'behind') LIMIT 1""";
    static final String DUE =
            """
            SELECT number, due FROM webhook_events WHERE state = 'waiting'
            ORDER BY due, number LIMIT ?""";
    static final String FIND =
            """
            SELECT number, provider, id, type, object, state, created, received, ended, tries,
                failures, due, error, headers, payload
            FROM webhook_events WHERE number = ?""";

    /// Without what they say, which may be long. Null asks for all.
    static final String LIST =
            """
            SELECT number, provider, id, type, object, state, created, received, ended, tries,
                failures, due, error, '', ''
            FROM webhook_events
            WHERE number < ?1 AND (?2 IS NULL OR provider = ?2)
                AND (?3 IS NULL OR state = ?3 OR (?3 = 'waiting' AND state = 'behind'))
            ORDER BY number DESC LIMIT ?4""";
    static final String TRIED =
            """
            UPDATE webhook_events
            SET tries = tries + 1, failures = failures + ?, due = ?, error = ?
            WHERE number = ? AND state = 'waiting'""";
    static final String END =
            """
            UPDATE webhook_events
            SET state = ?, ended = ?, tries = tries + ?, failures = failures + ?, error = ?
            WHERE number = ? AND state IN ('waiting', 'behind')""";
    static final String AGAIN =
            """
            UPDATE webhook_events
            SET state = ?, ended = NULL, tries = 0, failures = 0, due = 0, error = NULL
            WHERE number = ? AND state IN ('dead', 'unhandled')""";
    static final String NEXT_OF_OBJECT =
            """
            UPDATE webhook_events SET state = 'waiting', due = 0 WHERE number =
                (SELECT min(number) FROM webhook_events
                 WHERE provider = ? AND object = ? AND state = 'behind')""";

    static final String OLD =
            "SELECT number, size FROM webhook_events WHERE state = ? AND ended < ? ORDER BY ended LIMIT ?";
    static final String SIZE_OF = "SELECT number, size FROM webhook_events WHERE number = ?";
    static final String DELETE = "DELETE FROM webhook_events WHERE number = ?";

    static final String BYTES = "SELECT bytes FROM webhook_meta";
    static final String ADD_BYTES = "UPDATE webhook_meta SET bytes = bytes + ?";

    private HookSql() {}
}
