package io.circles.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// What is kept of the relay, for the writer alone.
final class RelayTable {
    private final Statements statements;

    RelayTable(Statements statements) {
        this.statements = statements;
    }

    /// Numbers a write.
    ///
    /// @throws SQLException if the one before it was not made, so that this one does not fit
    void write(long number) throws SQLException {
        if (statements.update(RelaySql.WRITE, number, number - 1) == 0) {
            throw new SQLException("the relay's write before number " + number + " is missing");
        }
    }

    void make(RelayChange change) throws SQLException {
        switch (change) {
            case RelayChange.GroupMade(RelayRows.Group group) -> add(group);
            case RelayChange.GroupGone(String group) -> {
                for (String sql : RelaySql.DELETE_GROUP) {
                    statements.update(sql, group);
                }
            }
            case RelayChange.MemberCame(RelayRows.Member member) -> add(member);
            case RelayChange.MemberGone(long member) -> {
                statements.update(RelaySql.DELETE_WAITING, member);
                statements.update(RelaySql.DELETE_MEMBER, member);
            }
            case RelayChange.SessionMade(RelayRows.Session made) ->
                    statements.update(
                            RelaySql.ADD_SESSION,
                            made.id(),
                            made.group(),
                            made.state(),
                            made.fixed());
            case RelayChange.SessionChanged(String session, String state) ->
                    statements.update(RelaySql.SET_SESSION, state, session);
            case RelayChange.SessionGone(String session) ->
                    statements.update(RelaySql.DELETE_SESSION, session);
            case RelayChange.EventMade(RelayRows.Event event, List<RelayRows.Waiting> waiting) ->
                    add(event, waiting);
            case RelayChange.Arrived(long member, long seq) -> {
                statements.update(RelaySql.ARRIVED, seq, member);
                statements.update(RelaySql.DELETE_ARRIVED, member, seq);
            }
            case RelayChange.EventGone(long event) ->
                    statements.update(RelaySql.DELETE_EVENT, event);
        }
    }

    private void add(RelayRows.Group group) throws SQLException {
        statements.update(
                RelaySql.ADD_GROUP,
                group.id(),
                group.endpoint(),
                group.label(),
                group.parties(),
                group.threshold(),
                group.creator());
    }

    private void add(RelayRows.Member member) throws SQLException {
        statements.update(
                RelaySql.ADD_MEMBER,
                member.number(),
                member.group(),
                member.client(),
                member.returns() ? 1 : 0,
                member.arrived());
    }

    private void add(RelayRows.Event event, List<RelayRows.Waiting> waiting) throws SQLException {
        statements.update(
                RelaySql.ADD_EVENT, event.number(), event.group(), event.name(), event.body());
        for (RelayRows.Waiting each : waiting) {
            statements.update(RelaySql.ADD_WAITING, each.member(), each.seq(), each.event());
        }
    }

    RelayRows all() throws SQLException {
        return new RelayRows(
                statements.rows(RelaySql.WRITTEN, row -> row.getLong(1)).getFirst(),
                statements.rows(RelaySql.GROUPS, RelayTable::group),
                statements.rows(RelaySql.MEMBERS, RelayTable::member),
                statements.rows(
                        RelaySql.SESSIONS,
                        row ->
                                new RelayRows.Session(
                                        row.getString(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getString(4))),
                statements.rows(
                        RelaySql.EVENTS,
                        row ->
                                new RelayRows.Event(
                                        row.getLong(1),
                                        row.getString(2),
                                        row.getString(3),
                                        row.getString(4))),
                statements.rows(
                        RelaySql.WAITING,
                        row ->
                                new RelayRows.Waiting(
                                        row.getLong(1), row.getLong(2), row.getLong(3))));
    }

    private static RelayRows.Group group(ResultSet row) throws SQLException {
        return new RelayRows.Group(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getInt(4),
                row.getInt(5),
                row.getString(6));
    }

    private static RelayRows.Member member(ResultSet row) throws SQLException {
        return new RelayRows.Member(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getBoolean(4),
                row.getLong(5));
    }
}
