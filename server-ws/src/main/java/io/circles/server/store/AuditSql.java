package io.circles.server.store;

import java.util.List;

/// The statements of the audit.
final class AuditSql {
    static final List<String> CREATE =
            List.of(
                    """
                    CREATE TABLE audit (
                        number INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL,
                        request TEXT NOT NULL, key TEXT NOT NULL, requester TEXT NOT NULL,
                        digest TEXT NOT NULL, display TEXT NOT NULL, verdict TEXT NOT NULL,
                        hash TEXT NOT NULL
                    ) STRICT""",
                    """
                    CREATE TABLE audit_heads (
                        number INTEGER PRIMARY KEY, hash TEXT NOT NULL, at INTEGER NOT NULL,
                        signature TEXT NOT NULL
                    ) STRICT""");

    static final String LAST = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1";
    static final String ADD = "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    static final String LAST_HEAD =
            "SELECT number, hash, at, signature FROM audit_heads ORDER BY number DESC LIMIT 1";
    static final String ADD_HEAD = "INSERT INTO audit_heads VALUES (?, ?, ?, ?)";

    static final String ALL =
            """
            SELECT number, at, event, request, key, requester, digest, display, verdict, hash
            FROM audit ORDER BY number""";
    static final String HEADS =
            "SELECT number, hash, at, signature FROM audit_heads ORDER BY number";

    private AuditSql() {}
}
