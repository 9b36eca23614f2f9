package io.circles.script.state;

import io.circles.protocol.Utf8;
import io.circles.script.state.Transaction.Range;
import io.circles.script.state.Transaction.Read;
import io.circles.script.state.Transaction.Write;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The entries, for the writer alone. What is written reaches the database with [#flush], or before
/// it is read again.
final class EntryTable {
    private static final Stored NONE = new Stored(0, 0);

    private final PreparedStatement find;
    private final PreparedStatement findSome;
    private final PreparedStatement put;
    private final PreparedStatement delete;
    private final PreparedStatement checkRange;
    private final PreparedStatement checkOpenRange;
    private final Set<String> unwritten = new HashSet<>();

    /// @param putEntry the statement that adds an entry or replaces it
    EntryTable(Connection connection, String putEntry) throws SQLException {
        this.find = connection.prepareStatement(Sql.FIND_ENTRY);
        this.findSome = connection.prepareStatement(Sql.FIND_ENTRIES);
        this.put = connection.prepareStatement(putEntry);
        this.delete = connection.prepareStatement(Sql.DELETE_ENTRY);
        this.checkRange = connection.prepareStatement(Sql.CHECK_RANGE);
        this.checkOpenRange = connection.prepareStatement(Sql.CHECK_OPEN_RANGE);
    }

    /// What there is of a key.
    ///
    /// @param bytes that key and value take
    private record Stored(long version, long bytes) {}

    /// A key that was read and has changed, or the beginning of a range that has; null when all
    /// that was read still stands.
    @Nullable String changed(Transaction transaction) throws SQLException {
        Map<String, Stored> stored = stored(transaction.reads().stream().map(Read::key).toList());
        for (Read read : transaction.reads()) {
            if (stored.getOrDefault(read.key(), NONE).version != read.version()) {
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

    /// Those of the keys that are there. Many are asked for together, because each question may be
    /// a way over a network.
    private Map<String, Stored> stored(List<String> keys) throws SQLException {
        if (keys.stream().anyMatch(unwritten::contains)) {
            flush();
        }
        Map<String, Stored> found = new HashMap<>();
        int next = 0;
        while (keys.size() - next >= Sql.SOME / 2) {
            int last = Math.min(next + Sql.SOME, keys.size()) - 1;
            for (int i = 0; i < Sql.SOME; i++) {
                findSome.setString(i + 1, keys.get(Math.min(next + i, last)));
            }
            read(findSome, found);
            next = last + 1;
        }
        for (String key : keys.subList(next, keys.size())) {
            find.setString(1, key);
            read(find, found);
        }
        return found;
    }

    private static void read(PreparedStatement query, Map<String, Stored> found)
            throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                String key = rows.getString(1);
                found.put(key, new Stored(rows.getLong(2), Utf8.length(key) + rows.getLong(3)));
            }
        }
    }

    /// Counts one entry more than there should be, however many there are.
    private boolean stands(Range range, long snapshot) throws SQLException {
        flush();
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
        for (Stored replaced : stored(writes.stream().map(Write::key).toList()).values()) {
            growth -= replaced.bytes;
        }
        for (Write write : writes) {
            if (write.value() != null) {
                growth += Utf8.length(write.key()) + Utf8.length(write.value());
            }
        }
        return growth;
    }

    /// Writes keys whose [#growth] was asked for.
    void write(List<Write> writes, long version) throws SQLException {
        for (Write write : writes) {
            unwritten.add(write.key());
            if (write.value() == null) {
                delete.setString(1, write.key());
                delete.addBatch();
            } else {
                put.setString(1, write.key());
                put.setLong(2, version);
                put.setString(3, write.value());
                put.addBatch();
            }
        }
    }

    /// Writes what is not written yet. No key is written twice in between, because its size is
    /// asked for before.
    void flush() throws SQLException {
        if (!unwritten.isEmpty()) {
            delete.executeBatch();
            put.executeBatch();
            unwritten.clear();
        }
    }
}
