package io.circles.script.state;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/// The totals of a state, which stand in its one row of `meta`. Confined to the writer.
final class Ledger {
    private static final int RESULTS_SHARE = 4;

    static final long MOST_UNHANDLED = 100_000;
    static final long MOST_UNHANDLED_BYTES = 64L << 20;

    private final PreparedStatement set;
    private final long mostBytes;

    private long version;
    private long entryBytes;
    private long resultBytes;
    private long bareRuns;
    private long lastEffect;
    private long unhandled;
    private long unhandledBytes;
    private boolean changed;

    /// @param mostBytes of entries and results together
    Ledger(Connection connection, long mostBytes) throws SQLException {
        this.set = connection.prepareStatement(Sql.SET_META);
        this.mostBytes = mostBytes;
        try (PreparedStatement query = connection.prepareStatement(Sql.META);
                ResultSet row = query.executeQuery()) {
            row.next();
            version = row.getLong(1);
            entryBytes = row.getLong(2);
            resultBytes = row.getLong(3);
            bareRuns = row.getLong(4);
            lastEffect = row.getLong(5);
            unhandled = row.getLong(6);
            unhandledBytes = row.getLong(7);
        }
    }

    /// Number of the last commit that wrote entries.
    long version() {
        return version;
    }

    /// Number of the last effect.
    long lastEffect() {
        return lastEffect;
    }

    /// Runs that are kept without a result.
    long bareRuns() {
        return bareRuns;
    }

    /// Refuses what there is no room for. Entries that get smaller are never refused for the total.
    ///
    /// @param entries by how many bytes they grow
    /// @param result bytes of one more result
    /// @throws CircleException [ErrorCode#STATE]
    void check(long entries, long result) {
        long total = entryBytes + resultBytes + entries + result;
        if (total > mostBytes && (entries > 0 || (entries == 0 && result > 0))) {
            throw full("keys, values and kept results", mostBytes, total);
        }
        long results = resultBytes + result;
        if (result > 0 && results > mostBytes / RESULTS_SHARE) {
            throw full("results kept for idempotency keys", mostBytes / RESULTS_SHARE, results);
        }
    }

    private static CircleException full(String what, long limit, long used) {
        String message =
                "%s: %s take %d bytes of %d"
                        .formatted(ErrorCode.STATE.message(), what, used, limit);
        return CircleException.limit(ErrorCode.STATE, message, limit, used);
    }

    /// Refuses effects that have to be handled while too many wait for it.
    ///
    /// @throws CircleException [ErrorCode#BUSY]
    void checkUnhandled(long count, long bytes) {
        if (count > 0 && unhandled + count > MOST_UNHANDLED) {
            throw waiting("effects", MOST_UNHANDLED, unhandled + count);
        }
        if (count > 0 && unhandledBytes + bytes > MOST_UNHANDLED_BYTES) {
            throw waiting("bytes", MOST_UNHANDLED_BYTES, unhandledBytes + bytes);
        }
    }

    private static CircleException waiting(String what, long limit, long used) {
        String message =
                "Busy: of what this circle's scripts ask of its server, %d %s wait to be handled, of %d"
                        .formatted(used, what, limit);
        return CircleException.limit(ErrorCode.BUSY, message, limit, used);
    }

    /// Effects wait to be handled or, with negative numbers, no longer do.
    void unhandled(long count, long bytes) {
        changed = true;
        unhandled += count;
        unhandledBytes += bytes;
    }

    /// A commit wrote entries.
    ///
    /// @param bytes by which they grew
    /// @return its number
    long wrote(long bytes) {
        changed = true;
        entryBytes += bytes;
        return ++version;
    }

    /// A run was recorded or, with negative numbers, forgotten.
    ///
    /// @param bytes of its result; 0 for none
    void runs(int runs, long bytes) {
        changed = true;
        if (bytes == 0) {
            bareRuns += runs;
        }
        resultBytes += runs * bytes;
    }

    /// The number of one more effect.
    long nextEffect() {
        changed = true;
        return ++lastEffect;
    }

    /// Writes the totals down, in the transaction of what changed them.
    void save() throws SQLException {
        if (changed) {
            set.setLong(1, version);
            set.setLong(2, entryBytes);
            set.setLong(3, resultBytes);
            set.setLong(4, bareRuns);
            set.setLong(5, lastEffect);
            set.setLong(6, unhandled);
            set.setLong(7, unhandledBytes);
            set.executeUpdate();
            changed = false;
        }
    }
}
