package io.circles.server.store;

import java.util.List;

/// The statements of the relay.
///
/// `written` numbers the writes, so that none is made when the one before it was not.
final class RelaySql {
    static final List<String> CREATE =
            List.of(
                    "CREATE TABLE relay_meta (written INTEGER NOT NULL) STRICT",
                    "INSERT INTO relay_meta VALUES (0)",
                    """
                    CREATE TABLE relay_groups (
                        id TEXT PRIMARY KEY, endpoint TEXT NOT NULL, label TEXT NOT NULL,
                        parties INTEGER NOT NULL, threshold INTEGER NOT NULL, creator TEXT NOT NULL
                    ) STRICT""",
                    """
                    CREATE TABLE relay_members (
                        number INTEGER PRIMARY KEY, group_id TEXT NOT NULL, client TEXT NOT NULL,
                        returns INTEGER NOT NULL, arrived INTEGER NOT NULL
                    ) STRICT""",
                    "CREATE INDEX relay_members_group ON relay_members (group_id)",
                    """
                    CREATE TABLE relay_sessions (
                        id TEXT PRIMARY KEY, group_id TEXT NOT NULL, state TEXT NOT NULL,
                        fixed TEXT NOT NULL
                    ) STRICT""",
                    "CREATE INDEX relay_sessions_group ON relay_sessions (group_id)",
                    """
                    CREATE TABLE relay_events (
                        number INTEGER PRIMARY KEY, group_id TEXT NOT NULL, name TEXT NOT NULL,
                        body TEXT NOT NULL
                    ) STRICT""",
                    "CREATE INDEX relay_events_group ON relay_events (group_id)",
                    """
                    CREATE TABLE relay_waiting (
                        member INTEGER NOT NULL, seq INTEGER NOT NULL, event INTEGER NOT NULL,
                        PRIMARY KEY (member, seq)
                    ) STRICT, WITHOUT ROWID""");

    static final String WRITTEN = "SELECT written FROM relay_meta";
    static final String WRITE = "UPDATE relay_meta SET written = ? WHERE written = ?";

    static final String ADD_GROUP = "INSERT INTO relay_groups VALUES (?, ?, ?, ?, ?, ?)";
    static final List<String> DELETE_GROUP =
            List.of(
                    """
                    DELETE FROM relay_waiting
                    WHERE member IN (SELECT number FROM relay_members WHERE group_id = ?)""",
                    "DELETE FROM relay_members WHERE group_id = ?",
                    "DELETE FROM relay_sessions WHERE group_id = ?",
                    "DELETE FROM relay_events WHERE group_id = ?",
                    "DELETE FROM relay_groups WHERE id = ?");
    static final String GROUPS =
            "SELECT id, endpoint, label, parties, threshold, creator FROM relay_groups";

    static final String ADD_MEMBER = "INSERT INTO relay_members VALUES (?, ?, ?, ?, ?)";
    static final String ARRIVED = "UPDATE relay_members SET arrived = ? WHERE number = ?";
    static final String DELETE_ARRIVED = "DELETE FROM relay_waiting WHERE member = ? AND seq <= ?";
    static final String DELETE_WAITING = "DELETE FROM relay_waiting WHERE member = ?";
    static final String DELETE_MEMBER = "DELETE FROM relay_members WHERE number = ?";
    static final String MEMBERS =
            "SELECT number, group_id, client, returns, arrived FROM relay_members ORDER BY number";

    static final String ADD_SESSION = "INSERT INTO relay_sessions VALUES (?, ?, ?, ?)";
    static final String SET_SESSION = "UPDATE relay_sessions SET state = ? WHERE id = ?";
    static final String DELETE_SESSION = "DELETE FROM relay_sessions WHERE id = ?";
    static final String SESSIONS = "SELECT id, group_id, fixed, state FROM relay_sessions";

    static final String ADD_EVENT = "INSERT INTO relay_events VALUES (?, ?, ?, ?)";
    static final String DELETE_EVENT = "DELETE FROM relay_events WHERE number = ?";
    static final String EVENTS = "SELECT number, group_id, name, body FROM relay_events";

    static final String ADD_WAITING = "INSERT INTO relay_waiting VALUES (?, ?, ?)";
    static final String WAITING =
            "SELECT member, seq, event FROM relay_waiting ORDER BY member, seq";

    private RelaySql() {}
}
