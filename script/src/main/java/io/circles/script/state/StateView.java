package io.circles.script.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one run sees of a circle's state: one snapshot, taken at the first use, under the run's own
/// writes. Confined to the run's thread.

public final class StateView implements AutoCloseable {
    StateView() {}

    /// A key and its value.
    ///
    /// @param value as JSON text
    public record Entry(String key, String value) {}

    /// The value of a key as JSON text; null when there is none.
    public @Nullable String get(String key) {
        throw new UnsupportedOperationException(key);
    }

    /// Gives a key a value.
    ///
    /// @param value JSON text
    public void set(String key, String value) {
        throw new UnsupportedOperationException(key + value);
    }

    /// Takes a key away.
    ///
    /// @return whether it was there
    public boolean delete(String key) {
        throw new UnsupportedOperationException(key);
    }

    /// The first entries whose key begins with a prefix, in the order of the keys' code points.
    ///
    /// @param after only keys after this one; null for all
    /// @param limit at most so many, 1 or more
    public List<Entry> list(String prefix, @Nullable String after, int limit) {
        throw new UnsupportedOperationException(prefix + after + limit);
    }

    /// Remembers what has been written so far.
    public Savepoint savepoint() {
        throw new UnsupportedOperationException();
    }

    /// Takes back all that was written since; what was read stays noted.
    public void rollbackTo(Savepoint savepoint) {
        throw new UnsupportedOperationException(savepoint.toString());
    }

    /// A moment in a run.
    public interface Savepoint {}

    /// What the run read and wrote so far.
    public Transaction transaction() {
        throw new UnsupportedOperationException();
    }

    /// Ends the snapshot.
    @Override
    public void close() {}
}
