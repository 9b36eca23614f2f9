package io.circles.server.store;

import java.util.List;

/// The statements of requests to sign.
///
/// An asking is what a script asked for once, of one key or of several: a request for each.
/// It is done when the circle's handler was told of its end (1), or will not be as it fails (2).
/// Requests that do not belong to an asking are there only to be ended when the server was killed.
final class SignSql {
    static final List<String> CREATE =
            List.of(
                    """
                    CREATE TABLE sign_askings (
                        id TEXT PRIMARY KEY, threshold INTEGER NOT NULL, state TEXT, ended INTEGER,
                        tries INTEGER NOT NULL, failures INTEGER NOT NULL, due INTEGER NOT NULL,
                        done INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID""",
                    "CREATE INDEX sign_askings_ended ON sign_askings (done, ended)",
                    "CREATE INDEX sign_askings_due ON sign_askings (done, due, ended)",
                    """
                    CREATE TABLE sign_requests (
                        id TEXT PRIMARY KEY, asking TEXT, key TEXT NOT NULL, requester TEXT NOT NULL,
                        content_type TEXT NOT NULL, display TEXT NOT NULL, digest TEXT NOT NULL,
                        signed TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL,
                        delivered INTEGER NOT NULL, state TEXT, verdict TEXT, ending INTEGER,
                        message TEXT NOT NULL
                    ) STRICT""",
                    "CREATE INDEX sign_requests_asking ON sign_requests (asking)",
                    "CREATE TABLE sign_meta (last_effect INTEGER NOT NULL) STRICT",
                    "INSERT INTO sign_meta VALUES (0)");

    /// The name by which this server takes something from a circle's log that others share.
    static final List<String> CREATE_TAKER =
            List.of(
                    "CREATE TABLE sign_taker (name TEXT NOT NULL) STRICT",
                    "INSERT INTO sign_taker VALUES (lower(hex(randomblob(16))))");

    static final String TAKER = "SELECT name FROM sign_taker";
    static final String ADD_ASKING =
            "INSERT INTO sign_askings VALUES (?, ?, NULL, NULL, 0, 0, 0, 0)";
    static final String ADD_REQUEST =
            """
            INSERT INTO sign_requests
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, NULL, NULL, NULL, ?)""";
    static final String HAS_ASKING = "SELECT 1 FROM sign_askings WHERE id = ?";
    static final String DELIVERED =
            "UPDATE sign_requests SET delivered = 1 WHERE id = ? AND state IS NULL";
    static final String END_REQUEST =
            """
            UPDATE sign_requests SET state = ?, verdict = ?, ending = ?
            WHERE id = ? AND state IS NULL""";
    static final String DELETE_REQUEST = "DELETE FROM sign_requests WHERE id = ?";
    static final String END_ASKING =
            "UPDATE sign_askings SET state = ?, ended = ? WHERE id = ? AND state IS NULL";
    static final String OPEN_TALLY =
            """
            SELECT a.threshold, r.state, count(*)
            FROM sign_askings a JOIN sign_requests r ON r.asking = a.id
            WHERE a.id = ? AND a.state IS NULL GROUP BY r.state""";
    static final String TRIED =
            """
            UPDATE sign_askings SET tries = tries + 1, failures = failures + ?, due = ?
            WHERE id = ?""";
    static final String ALL_DUE = "UPDATE sign_askings SET due = 0 WHERE done = 0 AND due > 0";
    static final String DONE = "UPDATE sign_askings SET done = 1 WHERE id = ?";
    static final String GIVEN_UP = "UPDATE sign_askings SET done = 2 WHERE id = ?";

    static final String OPEN_ASKINGS =
            """
            SELECT id, threshold, state, ended, tries, failures FROM sign_askings
            WHERE done = 0 AND ended IS NULL""";
    static final String DUE_ASKINGS =
            """
            SELECT id, due FROM sign_askings WHERE done = 0 AND ended IS NOT NULL
            ORDER BY due, ended LIMIT ?""";
    static final String FIND_ASKING =
            "SELECT id, threshold, state, ended, tries, failures FROM sign_askings WHERE id = ?";
    static final String REQUESTS_OF =
            """
            SELECT id, asking, key, requester, content_type, display, digest, signed, created,
                expires, delivered, state, verdict, ending, message
            FROM sign_requests WHERE asking = ? ORDER BY rowid""";

    /// Without their messages, which may be long.
    static final String OPEN_REQUESTS_OF =
            """
            SELECT id, asking, key, requester, content_type, display, digest, signed, created,
                expires, delivered, state, verdict, ending, ''
            FROM sign_requests WHERE asking = ? AND state IS NULL ORDER BY rowid""";

    static final String REQUESTS_OF_NONE =
            """
            SELECT id, asking, key, requester, content_type, display, digest, signed, created,
                expires, delivered, state, verdict, ending, message
            FROM sign_requests WHERE asking IS NULL ORDER BY rowid""";

    static final String OLD_ASKINGS =
            """
            SELECT id FROM sign_askings WHERE (done = 1 AND ended < ?) OR (done = 2 AND ended < ?)
            ORDER BY ended LIMIT ?""";
    static final String DELETE_ASKING = "DELETE FROM sign_askings WHERE id = ?";
    static final String DELETE_REQUESTS_OF = "DELETE FROM sign_requests WHERE asking = ?";

    static final String LAST_EFFECT = "SELECT last_effect FROM sign_meta";
    static final String SET_LAST_EFFECT = "UPDATE sign_meta SET last_effect = ?";

    private SignSql() {}
}
