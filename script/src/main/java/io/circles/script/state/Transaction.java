package io.circles.script.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a run read of one snapshot of a circle's state, and what it wants to write. Immutable.
///
/// A commit is right when everything that was read still stands: then the run could as well have
/// happened at that moment (optimistic concurrency control; Kung and Robinson, 1981).
///
/// @param snapshot the version of the state that was read; 0 for an empty state, and when nothing
///     was read
/// @param reads keys that were read, each once
/// @param ranges ranges that were listed
/// @param writes what is to be written, each key once
public record Transaction(long snapshot, List<Read> reads, List<Range> ranges, List<Write> writes) {
    /// Neither read nor wrote.
    public static final Transaction NONE = new Transaction(0, List.of(), List.of(), List.of());

    public Transaction {
        reads = List.copyOf(reads);
        ranges = List.copyOf(ranges);
        writes = List.copyOf(writes);
        if (writes.stream().map(Write::key).distinct().count() < writes.size()) {
            throw new IllegalArgumentException("A transaction writes a key once");
        }
    }

    /// A key that was read.
    ///
    /// @param version of its value; 0 when there was none
    public record Read(String key, long version) {}

    /// A range of keys that was listed. It still stands when it has as many entries and none of
    /// them is newer than the snapshot.
    ///
    /// @param from the first key that belongs to it
    /// @param until the first key after it; null for no end
    /// @param entries how many it had in the snapshot
    public record Range(String from, @Nullable String until, int entries) {
        /// Whether a key is in it.
        public boolean has(String key) {
            return Keys.ORDER.compare(from, key) <= 0
                    && (until == null || Keys.ORDER.compare(key, until) < 0);
        }
    }

    /// A new value of a key.
    ///
    /// @param value as JSON text; null deletes the key
    public record Write(String key, @Nullable String value) {}
}
