package io.circles.script.state;

import io.circles.protocol.Utf8;
import io.circles.script.state.Transaction.Range;
import io.circles.script.state.Transaction.Read;
import io.circles.script.state.Transaction.Write;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The entries, for the writer alone.
final class EntryTable {
    private final PreparedStatement find;
    private final PreparedStatement put;
    private final PreparedStatement delete;
    private final PreparedStatement checkRange;
    private final PreparedStatement checkOpenRange;

    EntryTable(Connection connection) throws SQLException {
        this.find = connection.prepareStatement(Sql.FIND_ENTRY);
        this.put = connection.prepareStatement(Sql.PUT_ENTRY);
        this.delete = connection.prepareStatement(Sql.DELETE_ENTRY);
        this.checkRange = connection.prepareStatement(Sql.CHECK_RANGE);
        this.checkOpenRange = connection.prepareStatement(Sql.CHECK_OPEN_RANGE);
    }

    /// A key that was read and has changed, or the beginning of a range that has; null when all
    /// that was read still stands.
    @Nullable String changed(Transaction transaction) throws SQLException {
        for (Read read : transaction.reads()) {
            if (version(read.key()) != read.version()) {
                return read.key();
            }
        }
        for (Range range : transaction.ranges()) {
            if (!stands(range, transaction.snapshot())) {
                return range.from();
            }
        }
        return null;
    }

    private long version(String key) throws SQLException {
        find.setString(1, key);
        try (ResultSet row = find.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /// Counts one entry more than there should be, however many there are.
    private boolean stands(Range range, long snapshot) throws SQLException {
        PreparedStatement query = range.until() == null ? checkOpenRange : checkRange;
        query.setString(1, range.from());
        if (range.until() != null) {
            query.setString(2, range.until());
        }
        query.setLong(range.until() == null ? 2 : 3, range.entries() + 1L);
        try (ResultSet row = query.executeQuery()) {
            return row.next() && row.getLong(1) == range.entries() && row.getLong(2) <= snapshot;
        }
    }

    /// By how many bytes the entries would grow.
    long growth(List<Write> writes) throws SQLException {
        long growth = 0;
        for (Write write : writes) {
            growth -= bytes(write.key());
            if (write.value() != null) {
                growth += Utf8.length(write.key()) + Utf8.length(write.value());
            }
        }
        return growth;
    }

    private long bytes(String key) throws SQLException {
        find.setString(1, key);
        try (ResultSet row = find.executeQuery()) {
            return row.next() ? Utf8.length(key) + row.getLong(2) : 0;
        }
    }

    void write(List<Write> writes, long version) throws SQLException {
        for (Write write : writes) {
            if (write.value() == null) {
                delete.setString(1, write.key());
                delete.executeUpdate();
            } else {
                put.setString(1, write.key());
                put.setLong(2, version);
                put.setString(3, write.value());
                put.executeUpdate();
            }
        }
    }
}
