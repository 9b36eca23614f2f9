package io.circles.server.store;

import java.util.List;

/// What is kept of the relay. Thread-safe.
public final class RelayStore {
    private final ServerStore store;

    public RelayStore(ServerStore store) {
        this.store = store;
    }

    /// Everything, after what was asked for before. Blocks as [ServerStore] does.
    public RelayRows all() {
        return store.isThere()
                ? store.write((tables, now) -> tables.relay().all())
                : RelayRows.NOTHING;
    }

    /// Writes changes, all or none, after those of the number before; returns at once. Where those
    /// are missing, these are not made either.
    ///
    /// @param number one more than that of the write before
    public Writing<Long> writing(long number, List<RelayChange> changes) {
        List<RelayChange> all = List.copyOf(changes);
        return store.writing(
                (tables, now) -> {
                    tables.relay().write(number);
                    for (RelayChange each : all) {
                        tables.relay().make(each);
                    }
                    return number;
                });
    }
}
