package io.circles.server.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Requests to sign and what they belong to, for the writer alone. What has ended and is done is
/// kept for a week, and for 90 days where the circle's handler could not be told. Of the requests
/// of an asking only the first has the message, which is the same for all.
final class SignTable {
    private static final Duration KEPT = Duration.ofDays(7);
    private static final Duration KEPT_IN_VAIN = Duration.ofDays(90);
    private static final int MOST_DROPPED = 16;

    private final Statements statements;

    SignTable(Statements statements) {
        this.statements = statements;
    }

    void add(AskingRow asking) throws SQLException {
        statements.update(SignSql.ADD_ASKING, asking.id(), asking.threshold());
        List<SignRow> requests = asking.requests();
        for (int i = 0; i < requests.size(); i++) {
            add(i == 0 ? requests.get(i) : requests.get(i).withMessage(""));
        }
    }

    boolean has(String asking) throws SQLException {
        return statements.first(SignSql.HAS_ASKING, _ -> true, asking).isPresent();
    }

    void add(SignRow row) throws SQLException {
        statements.update(
                SignSql.ADD_REQUEST,
                row.id(),
                row.asking().orElse(null),
                row.key(),
                row.requester(),
                row.contentType(),
                row.display(),
                row.digest(),
                row.signed(),
                row.created().toEpochMilli(),
                row.expires().toEpochMilli(),
                row.message());
    }

    /// Notes that a device was handed it.
    ///
    /// @return false when it has ended already
    boolean delivered(String request) throws SQLException {
        return statements.update(SignSql.DELIVERED, request) > 0;
    }

    /// Keeps how a request ended with its asking; one without is dropped.
    ///
    /// @param entry number of the audit's entry of it
    /// @return false when it has ended already
    boolean end(SignRow request, SignRow.End end, long entry) throws SQLException {
        if (request.asking().isPresent()) {
            String event = end.event().word();
            return statements.update(SignSql.END_REQUEST, event, end.verdict(), entry, request.id())
                    > 0;
        }
        return statements.update(SignSql.DELETE_REQUEST, request.id()) > 0;
    }

    /// How many of the requests of an asking have ended; empty when it has ended itself, or there
    /// is none.
    Optional<Tally> openTally(String asking) throws SQLException {
        int threshold = 0;
        int open = 0;
        Map<AuditEvent, Integer> ends = new EnumMap<>(AuditEvent.class);
        for (Counted each : statements.rows(SignSql.OPEN_TALLY, Counted::of, asking)) {
            threshold = each.threshold;
            if (each.end == null) {
                open = each.count;
            } else {
                ends.put(each.end, each.count);
            }
        }
        return threshold == 0 ? Optional.empty() : Optional.of(new Tally(threshold, open, ends));
    }

    /// How many requests of an asking have ended in one way, or not at all.
    private record Counted(int threshold, @Nullable AuditEvent end, int count) {
        static Counted of(ResultSet row) throws SQLException {
            String end = row.getString(2);
            return new Counted(
                    row.getInt(1),
                    end == null ? null : AuditEvent.of(end).orElseThrow(),
                    row.getInt(3));
        }
    }

    /// The requests of an asking that have not ended, without their messages.
    List<SignRow> openRequests(String asking) throws SQLException {
        return statements.rows(SignSql.OPEN_REQUESTS_OF, SignTable::request, asking);
    }

    void endAsking(String asking, AskingRow.End end) throws SQLException {
        statements.update(SignSql.END_ASKING, end.state(), end.at().toEpochMilli(), asking);
    }

    /// @param failed whether that counts
    /// @param due when it is to be tried again
    void tried(String asking, boolean failed, Instant due) throws SQLException {
        statements.update(SignSql.TRIED, failed ? 1 : 0, due.toEpochMilli(), asking);
    }

    /// Everything is to be tried again now.
    void allDue() throws SQLException {
        statements.update(SignSql.ALL_DUE);
    }

    void givenUp(String asking) throws SQLException {
        statements.update(SignSql.GIVEN_UP, asking);
    }

    void done(String asking) throws SQLException {
        statements.update(SignSql.DONE, asking);
    }

    /// Drops some of what is kept no longer.
    void purge(Instant now) throws SQLException {
        List<String> old =
                statements.rows(
                        SignSql.OLD_ASKINGS,
                        row -> row.getString(1),
                        now.minus(KEPT).toEpochMilli(),
                        now.minus(KEPT_IN_VAIN).toEpochMilli(),
                        MOST_DROPPED);
        for (String asking : old) {
            statements.update(SignSql.DELETE_REQUESTS_OF, asking);
            statements.update(SignSql.DELETE_ASKING, asking);
        }
    }

    /// Requests that belong to no asking.
    List<SignRow> loose() throws SQLException {
        return statements.rows(SignSql.REQUESTS_OF_NONE, SignTable::request);
    }

    /// Everything that a script asked for and that has not ended.
    List<AskingRow> openAskings() throws SQLException {
        return statements.rows(SignSql.OPEN_ASKINGS, this::asking);
    }

    Optional<AskingRow> asking(String id) throws SQLException {
        return statements.first(SignSql.FIND_ASKING, this::asking, id);
    }

    /// What has ended and is not done.
    ///
    /// @param most looks at so many
    Due due(Instant now, int most) throws SQLException {
        return statements.due(SignSql.DUE_ASKINGS, now, most);
    }

    private AskingRow asking(ResultSet row) throws SQLException {
        String id = row.getString(1);
        String state = row.getString(3);
        Instant ended = Instant.ofEpochMilli(row.getLong(4));
        List<SignRow> requests = statements.rows(SignSql.REQUESTS_OF, SignTable::request, id);
        return new AskingRow(
                id,
                row.getInt(2),
                Optional.ofNullable(state).map(word -> new AskingRow.End(word, ended)),
                row.getInt(5),
                row.getInt(6),
                requests.stream()
                        .map(each -> each.withMessage(requests.getFirst().message()))
                        .toList());
    }

    private static SignRow request(ResultSet row) throws SQLException {
        String verdict = row.getString(13);
        long entry = row.getLong(14);
        return new SignRow(
                row.getString(1),
                Optional.ofNullable(row.getString(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                Instant.ofEpochMilli(row.getLong(9)),
                Instant.ofEpochMilli(row.getLong(10)),
                row.getBoolean(11),
                Optional.ofNullable(row.getString(12))
                        .flatMap(AuditEvent::of)
                        .map(event -> new SignRow.End(event, verdict, entry)),
                row.getString(15));
    }

    /// The name by which this server takes effects.
    String taker() throws SQLException {
        return statements.first(SignSql.TAKER, row -> row.getString(1)).orElseThrow();
    }

    /// Number of the last effect that was taken from the circle's log.
    long lastEffect() throws SQLException {
        return statements.first(SignSql.LAST_EFFECT, row -> row.getLong(1)).orElse(0L);
    }

    void lastEffect(long number) throws SQLException {
        statements.update(SignSql.SET_LAST_EFFECT, number);
    }
}
