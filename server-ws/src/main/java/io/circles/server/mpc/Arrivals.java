package io.circles.server.mpc;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// What has left for one client, and what of it has arrived: whatever left before a ping has when
/// its pong comes. One ping is under way at a time. Thread-safe; the monitor is held while a ping
/// is handed on.
///
/// @param <L> what things leave by, each with numbers of its own
final class Arrivals<L> {
    private final LongConsumer pings;
    private final LongSupplier marks;
    private Map<L, Long> left = new HashMap<>();
    private Map<L, Long> asked = new HashMap<>();
    private long mark;

    /// @param pings sends a ping with a mark
    /// @param marks gives one that was never used before
    Arrivals(LongConsumer pings, LongSupplier marks) {
        this.pings = pings;
        this.marks = marks;
    }

    /// Something has left.
    synchronized void left(L link, long seq) {
        left.merge(link, seq, Math::max);
        if (asked.isEmpty()) {
            ask();
        }
    }

    private void ask() {
        asked = left;
        left = new HashMap<>();
        mark = marks.getAsLong();
        pings.accept(mark);
    }

    /// A pong has come.
    ///
    /// @return up to which number of each link everything has arrived; nothing when it is the pong
    ///     to something else
    synchronized Map<L, Long> pong(long its) {
        if (its != mark || asked.isEmpty()) {
            return Map.of();
        }
        Map<L, Long> arrived = asked;
        asked = new HashMap<>();
        if (!left.isEmpty()) {
            ask();
        }
        return arrived;
    }
}
