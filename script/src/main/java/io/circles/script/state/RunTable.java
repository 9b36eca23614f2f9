package io.circles.script.state;

import io.circles.protocol.Utf8;
import io.circles.script.state.Commit.RunRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The runs that were committed, for the writer alone. Those with a result are kept for 24 hours,
/// the others for 15 minutes, and of the others at most 500,000.
final class RunTable {
    static final Duration RESULT_KEPT = Duration.ofHours(24);
    static final Duration ID_KEPT = Duration.ofMinutes(15);
    private static final int MOST_BARE = 500_000;
    private static final int MOST_PURGED = 256;

    private final PreparedStatement find;
    private final PreparedStatement add;
    private final PreparedStatement delete;
    private final PreparedStatement expired;
    private final PreparedStatement oldestBare;
    private final Ledger ledger;
    private final Set<String> unwritten = new HashSet<>();

    RunTable(Connection connection, Ledger ledger) throws SQLException {
        this.find = connection.prepareStatement(Sql.FIND_RUN);
        this.add = connection.prepareStatement(Sql.ADD_RUN);
        this.delete = connection.prepareStatement(Sql.DELETE_RUN);
        this.expired = connection.prepareStatement(Sql.EXPIRED_RUNS);
        this.oldestBare = connection.prepareStatement(Sql.OLDEST_BARE_RUNS);
        this.ledger = ledger;
    }

    /// A run that was committed.
    ///
    /// @param bytes that its result takes
    record Known(Instant expiry, long bytes, Optional<RunRecord> result) {
        boolean isExpired(Instant now) {
            return !now.isBefore(expiry);
        }
    }

    /// A run that is recorded, expired or not; null when it is not.
    @Nullable Known find(String id) throws SQLException {
        if (unwritten.contains(id)) {
            flush();
        }
        find.setString(1, id);
        try (ResultSet row = find.executeQuery()) {
            if (!row.next()) {
                return null;
            }
            long bytes = row.getLong(2);
            Optional<RunRecord> result =
                    bytes == 0
                            ? Optional.empty()
                            : Optional.of(new RunRecord(row.getString(3), row.getString(4)));
            return new Known(Instant.ofEpochMilli(row.getLong(1)), bytes, result);
        }
    }

    /// What a commit's result takes; 0 without one.
    static long bytes(Commit commit) {
        if (commit.result().isEmpty()) {
            return 0;
        }
        RunRecord result = commit.result().get();
        return Utf8.length(commit.runId())
                + Utf8.length(result.digest())
                + Utf8.length(result.result());
    }

    /// Adds a run, which reaches the database with [#flush], or before it is looked for.
    void add(Commit commit, Instant now) throws SQLException {
        RunRecord result = commit.result().orElse(null);
        Instant expiry = now.plus(result == null ? ID_KEPT : RESULT_KEPT);
        long bytes = bytes(commit);
        add.setString(1, commit.runId());
        add.setLong(2, expiry.toEpochMilli());
        add.setLong(3, bytes);
        setText(4, result == null ? null : result.digest());
        setText(5, result == null ? null : result.result());
        add.addBatch();
        unwritten.add(commit.runId());
        ledger.runs(1, bytes);
    }

    /// Writes what was added.
    void flush() throws SQLException {
        add.executeBatch();
        unwritten.clear();
    }

    private void setText(int index, @Nullable String text) throws SQLException {
        if (text == null) {
            add.setNull(index, Types.VARCHAR);
        } else {
            add.setString(index, text);
        }
    }

    void forget(String id, long bytes) throws SQLException {
        delete.setString(1, id);
        delete.executeUpdate();
        ledger.runs(-1, bytes);
    }

    /// Forgets some of those that are not to be kept any longer: more than are added by a group of
    /// commits, but not all at once.
    void purge(Instant now) throws SQLException {
        expired.setLong(1, now.toEpochMilli());
        expired.setInt(2, MOST_PURGED);
        forgetAll(expired);
        long tooMany = ledger.bareRuns() - MOST_BARE;
        if (tooMany > 0) {
            oldestBare.setLong(1, Math.min(tooMany, MOST_PURGED));
            forgetAll(oldestBare);
        }
    }

    private void forgetAll(PreparedStatement query) throws SQLException {
        Map<String, Long> found = new LinkedHashMap<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                found.put(rows.getString(1), rows.getLong(2));
            }
        }
        for (Map.Entry<String, Long> run : found.entrySet()) {
            forget(run.getKey(), run.getValue());
        }
    }
}
