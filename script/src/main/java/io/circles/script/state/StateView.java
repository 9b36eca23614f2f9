package io.circles.script.state;

import io.circles.script.state.ReadConnection.Versioned;
import io.circles.script.state.Transaction.Range;
import io.circles.script.state.Transaction.Read;
import io.circles.script.state.Transaction.Write;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What one run sees of a circle's state: one snapshot, taken at the first use, under the run's
/// own writes. Confined to the run's thread, which it blocks.
///
/// Keys have 1 to 512 bytes in UTF-8, no character U+0000 and no half of a surrogate pair;
/// anything else is an [IllegalArgumentException] with a text for the script's author. The use of
/// a state that the circle has not is an [IllegalStateException] with such a text, and one that
/// cannot be read a [CircleException].
public final class StateView implements AutoCloseable {
    private final Optional<String> url;
    private final ReadConnections source;
    private final Map<String, Long> reads = new LinkedHashMap<>();
    private final Set<Range> ranges = new LinkedHashSet<>();
    private final Overlay overlay = new Overlay();
    private @Nullable Snapshot snapshot;
    private boolean closed;

    StateView(Optional<String> url, ReadConnections source) {
        this.url = url;
        this.source = source;
    }

    /// A key and its value.
    ///
    /// @param value as JSON text
    public record Entry(String key, String value) {}

    /// A moment in a run.
    public static final class Savepoint {
        private final StateView view;
        private final int mark;

        private Savepoint(StateView view, int mark) {
            this.view = view;
            this.mark = mark;
        }
    }

    /// The value of a key as JSON text; null when there is none.
    public @Nullable String get(String key) {
        check(key);
        Write own = overlay.get(key);
        return own == null ? read(key) : own.value();
    }

    private @Nullable String read(String key) {
        Versioned stored = snapshot().get(key);
        reads.putIfAbsent(key, stored == null ? 0 : stored.version());
        return stored == null ? null : stored.value();
    }

    /// Gives a key a value.
    ///
    /// @param value JSON text
    public void set(String key, String value) {
        check(key);
        overlay.put(new Write(key, value));
    }

    /// Takes a key away. To know whether it was there is to read it.
    ///
    /// @return whether it was there
    public boolean delete(String key) {
        if (get(key) == null) {
            return false;
        }
        overlay.put(new Write(key, null));
        return true;
    }

    /// The first entries whose key begins with a prefix, in the order of the keys' code points.
    ///
    /// @param prefix can be empty
    /// @param after only keys after this one; null for all
    /// @param limit at most so many, 1 or more
    public List<Entry> list(String prefix, @Nullable String after, int limit) {
        List<Entry> entries = new ArrayList<>();
        list(prefix, after, limit, entries::add);
        return entries;
    }

    /// The same, one by one: what the caller does not want any more is not read.
    ///
    /// @param each must not use this view; what it throws ends the listing and is passed on, and
    ///     what it was given stays noted as read
    public void list(String prefix, @Nullable String after, int limit, Consumer<Entry> each) {
        if (limit < 1) {
            throw new IllegalArgumentException("The limit of a list is 1 or more, not " + limit);
        }
        Snapshot now = snapshot();
        String end = Keys.end(Keys.checkPrefix(prefix));
        String from = from(prefix, after);
        if (end != null && Keys.ORDER.compare(from, end) >= 0) {
            return;
        }
        try (StoredEntries stored = now.entries(from, end)) {
            Merge merge = new Merge(from, end, stored, overlay.range(from, end));
            try {
                merge.list(limit, each);
            } finally {
                note(merge.seen());
            }
        }
    }

    private static String from(String prefix, @Nullable String after) {
        if (after == null || Keys.ORDER.compare(after, prefix) < 0) {
            return prefix;
        }
        return Keys.after(Keys.checkPrefix(after));
    }

    private void note(@Nullable Range range) {
        if (range != null) {
            ranges.add(range);
        }
    }

    /// Remembers what has been written so far.
    public Savepoint savepoint() {
        return new Savepoint(this, overlay.mark());
    }

    /// Takes back all that was written since; what was read stays noted. The savepoint stays good.
    ///
    /// @throws IllegalArgumentException if it is of another view, or after one that was gone back
    ///     to
    public void rollbackTo(Savepoint savepoint) {
        if (savepoint.view != this) {
            throw new IllegalArgumentException("The savepoint is of another view");
        }
        overlay.rollback(savepoint.mark);
    }

    /// What the run read and wrote so far.
    public Transaction transaction() {
        List<Read> read = new ArrayList<>(reads.size());
        reads.forEach((key, version) -> read.add(new Read(key, version)));
        long version = snapshot == null ? 0 : snapshot.version();
        return new Transaction(version, read, List.copyOf(ranges), overlay.writes());
    }

    private void check(String key) {
        url();
        Keys.check(key);
    }

    private String url() {
        return url.orElseThrow(() -> new IllegalStateException("This circle keeps no state"));
    }

    private Snapshot snapshot() {
        if (closed) {
            throw new IllegalStateException("The view is closed");
        }
        if (snapshot == null) {
            snapshot = Snapshot.of(url(), source);
        }
        return snapshot;
    }

    /// Ends the snapshot. What was read and written can still be asked for.
    @Override
    public void close() {
        if (!closed && snapshot != null) {
            snapshot.close();
        }
        closed = true;
    }
}
