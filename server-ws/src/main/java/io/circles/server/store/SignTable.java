package io.circles.server.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    private final Connection connection;

    SignTable(Connection connection) {
        this.connection = connection;
    }

    void add(AskingRow asking) throws SQLException {
        update(SignSql.ADD_ASKING, asking.id(), asking.threshold());
        List<SignRow> requests = asking.requests();
        for (int i = 0; i < requests.size(); i++) {
            add(i == 0 ? requests.get(i) : requests.get(i).withMessage(""));
        }
    }

    boolean has(String asking) throws SQLException {
        try (PreparedStatement query = prepared(SignSql.HAS_ASKING, asking);
                ResultSet row = query.executeQuery()) {
            return row.next();
        }
    }

    void add(SignRow row) throws SQLException {
        update(
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
        return update(SignSql.DELIVERED, request) > 0;
    }

    /// Keeps how a request ended with its asking; one without is dropped.
    ///
    /// @param entry number of the audit's entry of it
    /// @return false when it has ended already
    boolean end(SignRow request, SignRow.End end, long entry) throws SQLException {
        if (request.asking().isPresent()) {
            String event = end.event().word();
            return update(SignSql.END_REQUEST, event, end.verdict(), entry, request.id()) > 0;
        }
        return update(SignSql.DELETE_REQUEST, request.id()) > 0;
    }

    /// How many of the requests of an asking have ended; empty when it has ended itself, or there
    /// is none.
    Optional<Tally> openTally(String asking) throws SQLException {
        int threshold = 0;
        int open = 0;
        Map<AuditEvent, Integer> ends = new EnumMap<>(AuditEvent.class);
        try (PreparedStatement query = prepared(SignSql.OPEN_TALLY, asking);
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                threshold = rows.getInt(1);
                String state = rows.getString(2);
                if (state == null) {
                    open = rows.getInt(3);
                } else {
                    ends.put(AuditEvent.of(state).orElseThrow(), rows.getInt(3));
                }
            }
        }
        return threshold == 0 ? Optional.empty() : Optional.of(new Tally(threshold, open, ends));
    }

    /// The requests of an asking that have not ended, without their messages.
    List<SignRow> openRequests(String asking) throws SQLException {
        return requests(prepared(SignSql.OPEN_REQUESTS_OF, asking));
    }

    void endAsking(String asking, AskingRow.End end) throws SQLException {
        update(SignSql.END_ASKING, end.state(), end.at().toEpochMilli(), asking);
    }

    /// @param failed whether that counts
    /// @param due when it is to be tried again
    void tried(String asking, boolean failed, Instant due) throws SQLException {
        update(SignSql.TRIED, failed ? 1 : 0, due.toEpochMilli(), asking);
    }

    /// Everything is to be tried again now.
    void allDue() throws SQLException {
        update(SignSql.ALL_DUE);
    }

    void givenUp(String asking) throws SQLException {
        update(SignSql.GIVEN_UP, asking);
    }

    void done(String asking) throws SQLException {
        update(SignSql.DONE, asking);
    }

    /// Drops some of what is kept no longer.
    void purge(Instant now) throws SQLException {
        List<String> old = new ArrayList<>();
        try (PreparedStatement query =
                        prepared(
                                SignSql.OLD_ASKINGS,
                                now.minus(KEPT).toEpochMilli(),
                                now.minus(KEPT_IN_VAIN).toEpochMilli(),
                                MOST_DROPPED);
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                old.add(rows.getString(1));
            }
        }
        for (String asking : old) {
            update(SignSql.DELETE_REQUESTS_OF, asking);
            update(SignSql.DELETE_ASKING, asking);
        }
    }

    /// Requests that belong to no asking.
    List<SignRow> loose() throws SQLException {
        return requests(prepared(SignSql.REQUESTS_OF_NONE));
    }

    /// Everything that a script asked for and that has not ended.
    List<AskingRow> openAskings() throws SQLException {
        return askings(prepared(SignSql.OPEN_ASKINGS));
    }

    Optional<AskingRow> asking(String id) throws SQLException {
        return askings(prepared(SignSql.FIND_ASKING, id)).stream().findFirst();
    }

    /// What has ended and is not done.
    ///
    /// @param most looks at so many
    SignStore.Due due(Instant now, int most) throws SQLException {
        List<String> ids = new ArrayList<>();
        Optional<Duration> next = Optional.empty();
        try (PreparedStatement query = prepared(SignSql.DUE_ASKINGS, most);
                ResultSet rows = query.executeQuery()) {
            while (next.isEmpty() && rows.next()) {
                Instant due = Instant.ofEpochMilli(rows.getLong(2));
                if (due.isAfter(now)) {
                    next = Optional.of(Duration.between(now, due));
                } else {
                    ids.add(rows.getString(1));
                }
            }
        }
        return new SignStore.Due(ids, next);
    }

    private List<AskingRow> askings(PreparedStatement query) throws SQLException {
        List<AskingRow> askings = new ArrayList<>();
        try (query;
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                askings.add(asking(rows));
            }
        }
        return askings;
    }

    private AskingRow asking(ResultSet row) throws SQLException {
        String id = row.getString(1);
        String state = row.getString(3);
        Instant ended = Instant.ofEpochMilli(row.getLong(4));
        List<SignRow> requests = requests(prepared(SignSql.REQUESTS_OF, id));
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

    private static List<SignRow> requests(PreparedStatement query) throws SQLException {
        List<SignRow> requests = new ArrayList<>();
        try (query;
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                requests.add(request(rows));
            }
        }
        return requests;
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

    /// Number of the last effect that was taken from the circle's log.
    long lastEffect() throws SQLException {
        try (PreparedStatement query = prepared(SignSql.LAST_EFFECT);
                ResultSet row = query.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    void lastEffect(long number) throws SQLException {
        update(SignSql.SET_LAST_EFFECT, number);
    }

    private int update(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepared(sql, values)) {
            return statement.executeUpdate();
        }
    }

    private PreparedStatement prepared(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
