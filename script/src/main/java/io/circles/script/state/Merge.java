package io.circles.script.state;

import io.circles.script.state.StateView.Entry;
import io.circles.script.state.Transaction.Range;
import io.circles.script.state.Transaction.Write;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Goes through the entries of a range and a run's own writes at once, in the order of the keys,
/// and knows which part of the range it has seen. Confined to one thread.
final class Merge {
    private final String from;
    private final @Nullable String until;
    private final StoredEntries stored;
    private final Iterator<Write> own;

    private @Nullable Write nextOwn;
    private @Nullable String last;
    private boolean exhausted;
    private int scanned;

    Merge(String from, @Nullable String until, StoredEntries stored, Iterable<Write> own) {
        this.from = from;
        this.until = until;
        this.stored = stored;
        this.own = own.iterator();
        this.nextOwn = takeOwn();
    }

    /// Passes on the first entries, at most so many.
    void list(int limit, Consumer<Entry> each) {
        int listed = 0;
        while (listed < limit && !exhausted) {
            Entry entry = step();
            if (entry != null) {
                listed++;
                each.accept(entry);
            }
        }
    }

    /// The next entry; null when it is deleted, or when there is none.
    private @Nullable Entry step() {
        Entry entry = stored.peek();
        Write write = nextOwn;
        int order = compare(entry, write);
        if (order <= 0 && entry != null) {
            stored.skip();
            scanned++;
            last = entry.key();
        }
        if (order >= 0 && write != null) {
            nextOwn = takeOwn();
            last = write.key();
            return write.value() == null ? null : new Entry(write.key(), write.value());
        }
        exhausted = entry == null;
        return entry;
    }

    private static int compare(@Nullable Entry entry, @Nullable Write write) {
        if (entry == null) {
            return write == null ? 0 : 1;
        }
        return write == null ? -1 : Keys.ORDER.compare(entry.key(), write.key());
    }

    private @Nullable Write takeOwn() {
        return own.hasNext() ? own.next() : null;
    }

    /// The part of the range that was seen; null when nothing was.
    @Nullable Range seen() {
        if (exhausted) {
            return new Range(from, until, scanned);
        }
        return last == null ? null : new Range(from, Keys.after(last), scanned);
    }
}
