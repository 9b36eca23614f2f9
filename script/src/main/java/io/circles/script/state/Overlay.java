package io.circles.script.state;

import io.circles.script.state.Transaction.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a run has written and not committed, in the order of the keys, with a way back. Confined to
/// the run's thread.
final class Overlay {
    private final NavigableMap<String, Write> writes = new TreeMap<>(Keys.ORDER);
    private final List<Undo> undos = new ArrayList<>();
    private boolean undoable;

    /// What a write replaced.
    private record Undo(String key, @Nullable Write before) {}

    /// The run's last write of a key; null when it wrote none.
    @Nullable Write get(String key) {
        return writes.get(key);
    }

    void put(Write write) {
        Write before = writes.put(write.key(), write);
        if (undoable) {
            undos.add(new Undo(write.key(), before));
        }
    }

    /// The writes of a range.
    ///
    /// @param until the first key after it; null for no end
    Iterable<Write> range(String from, @Nullable String until) {
        NavigableMap<String, Write> tail = writes.tailMap(from, true);
        return (until == null ? tail : tail.headMap(until, false)).values();
    }

    /// Where [#rollback] can go back to; from now on writes are remembered.
    int mark() {
        undoable = true;
        return undos.size();
    }

    /// Takes back what was written since.
    ///
    /// @throws IllegalArgumentException if that was taken back already with an earlier mark
    void rollback(int mark) {
        if (mark > undos.size()) {
            throw new IllegalArgumentException("What came before the savepoint was taken back");
        }
        while (undos.size() > mark) {
            Undo undo = undos.removeLast();
            if (undo.before == null) {
                writes.remove(undo.key);
            } else {
                writes.put(undo.key, undo.before);
            }
        }
    }

    List<Write> writes() {
        return List.copyOf(writes.values());
    }
}
