package io.circles.script.state;

import io.circles.script.state.StateView.Entry;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The entries of a range of a snapshot, read one by one as they are asked for. Confined to one
/// thread.
final class StoredEntries implements AutoCloseable {
    private final String state;
    private final @Nullable ResultSet rows;
    private @Nullable Entry next;
    private boolean ended;

    /// @param state for the log
    /// @param rows null for none
    StoredEntries(String state, @Nullable ResultSet rows) {
        this.state = state;
        this.rows = rows;
        this.ended = rows == null;
    }

    /// The next one, which stays the next one; null after the last.
    @Nullable Entry peek() {
        if (next == null && !ended && rows != null) {
            next = read(rows);
            ended = next == null;
        }
        return next;
    }

    private @Nullable Entry read(ResultSet open) {
        try {
            return open.next() ? new Entry(open.getString(1), open.getString(2)) : null;
        } catch (SQLException e) {
            throw StateFailure.of(state, e);
        }
    }

    /// Goes past the one that was peeked at.
    void skip() {
        next = null;
    }

    @Override
    public void close() {
        try {
            if (rows != null) {
                rows.close();
            }
        } catch (SQLException e) {
            throw StateFailure.of(state, e);
        }
    }
}
