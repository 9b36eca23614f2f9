package io.circles.script.state;

import java.util.List;

/// Every statement about a circle's state. SQLite and PostgreSQL both understand them, for there
/// the views of one circle have the names and columns of the tables here; but for the tables
/// themselves, and where the other has a statement of its own, in [SharedSql].
///
/// `version` and `at` stand before values and bodies: what only looks at them reads no overflow
/// pages.
final class Sql {
    static final Database.Schema SCHEMA = new Database.Schema(List.of(first(), second()));

    static final String SCHEMA_VERSION = "PRAGMA user_version";
    static final String SET_SCHEMA_VERSION = "PRAGMA user_version = ";
    static final String CHECKPOINT = "PRAGMA wal_checkpoint(%s)";
    static final String BUSY_TIMEOUT = "PRAGMA busy_timeout = %d";

    static final String VERSION = "SELECT version FROM meta";
    static final String VALUE = "SELECT version, value FROM entries WHERE key = ?";
    static final String RANGE =
            "SELECT key, value FROM entries WHERE key >= ? AND key < ? ORDER BY key";
    static final String OPEN_RANGE = "SELECT key, value FROM entries WHERE key >= ? ORDER BY key";

    static final String FIND_ENTRY =
            "SELECT key, version, octet_length(value) FROM entries WHERE key = ?";

    /// How many keys are looked for at once.
    static final int SOME = 32;

    static final String FIND_ENTRIES =
            "SELECT key, version, octet_length(value) FROM entries WHERE key IN (?"
                    + ", ?".repeat(SOME - 1)
                    + ")";
    static final String PUT_ENTRY = "INSERT OR REPLACE INTO entries VALUES (?, ?, ?)";
    static final String DELETE_ENTRY = "DELETE FROM entries WHERE key = ?";
    static final String CHECK_RANGE =
            """
            SELECT count(*), max(version) FROM (
                SELECT version FROM entries WHERE key >= ? AND key < ? LIMIT ?) AS part""";
    static final String CHECK_OPEN_RANGE =
            """
            SELECT count(*), max(version) FROM (
                SELECT version FROM entries WHERE key >= ? LIMIT ?) AS part""";

    static final String FIND_RUN = "SELECT expiry, bytes, digest, result FROM runs WHERE id = ?";
    static final String ADD_RUN = "INSERT INTO runs VALUES (?, ?, ?, ?, ?)";
    static final String DELETE_RUN = "DELETE FROM runs WHERE id = ?";
    static final String EXPIRED_RUNS =
            "SELECT id, bytes FROM runs WHERE expiry <= ? ORDER BY expiry LIMIT ?";
    static final String OLDEST_BARE_RUNS =
            "SELECT id, bytes FROM runs WHERE bytes = 0 ORDER BY expiry LIMIT ?";

    static final String ADD_EFFECT = "INSERT INTO effects VALUES (?, ?, ?, ?, ?)";
    static final String EFFECTS =
            """
            SELECT number, at, run, kind, body FROM effects
            WHERE number > ? AND at > ? ORDER BY number LIMIT ?""";
    static final String OLDEST_EFFECTS = "SELECT number, at FROM effects ORDER BY number LIMIT ?";
    static final String DROP_EFFECTS = "DELETE FROM effects WHERE number <= ?";
    static final String LATEST_EFFECT_AT = "SELECT at FROM effects ORDER BY number DESC LIMIT 1";

    static final String META =
            """
            SELECT version, bytes, result_bytes, bare_runs, last_effect, unhandled, unhandled_bytes
            FROM meta""";
    static final String SET_META =
            """
            UPDATE meta SET version = ?, bytes = ?, result_bytes = ?, bare_runs = ?,
                last_effect = ?, unhandled = ?, unhandled_bytes = ?""";

    static final String ADD_UNHANDLED = "INSERT INTO unhandled VALUES (?, ?, ?, ?, ?)";
    static final String UNHANDLED =
            """
            SELECT number, at, run, kind, body FROM unhandled
            WHERE number > ? ORDER BY number LIMIT ?""";
    static final String DELETE_UNHANDLED =
            "DELETE FROM unhandled WHERE number = ? RETURNING octet_length(body)";

    static final String FIND_OCCASION = "SELECT 1 FROM occasions WHERE id = ?";
    static final String ADD_OCCASION =
            """
            INSERT INTO occasions (id, number)
            SELECT ?, coalesce(max(number), 0) + 1 FROM occasions RETURNING number""";
    static final String DROP_OCCASIONS = "DELETE FROM occasions WHERE number <= ?";

    private Sql() {}

    private static List<String> first() {
        return List.of(
                """
                CREATE TABLE entries (
                    key TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL
                ) STRICT, WITHOUT ROWID""",
                """
                CREATE TABLE runs (
                    id TEXT PRIMARY KEY, expiry INTEGER NOT NULL, bytes INTEGER NOT NULL,
                    digest TEXT, result TEXT
                ) STRICT, WITHOUT ROWID""",
                "CREATE INDEX runs_expiry ON runs (expiry)",
                """
                CREATE TABLE effects (
                    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, run TEXT NOT NULL,
                    kind TEXT NOT NULL, body TEXT NOT NULL
                ) STRICT""",
                """
                CREATE TABLE meta (
                    version INTEGER NOT NULL, bytes INTEGER NOT NULL, result_bytes INTEGER NOT NULL,
                    bare_runs INTEGER NOT NULL, last_effect INTEGER NOT NULL
                ) STRICT""",
                "INSERT INTO meta VALUES (0, 0, 0, 0, 0)");
    }

    private static List<String> second() {
        return List.of(
                """
                CREATE TABLE unhandled (
                    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, run TEXT NOT NULL,
                    kind TEXT NOT NULL, body TEXT NOT NULL
                ) STRICT""",
                "ALTER TABLE meta ADD COLUMN unhandled INTEGER NOT NULL DEFAULT 0",
                "ALTER TABLE meta ADD COLUMN unhandled_bytes INTEGER NOT NULL DEFAULT 0",
                """
                CREATE TABLE occasions (
                    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE
                ) STRICT""");
    }
}
