package io.circles.script.redis;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Says of what happens again and again whether it is worth another line in the log: of each thing
/// once every few minutes, and of a few things at all, for whoever writes to Redis can make up any
/// number of them. Thread-safe.
final class Notices {
    static final Duration AGAIN = Duration.ofMinutes(5);
    static final int MOST = 32;

    private final LongSupplier nanos;
    private final Map<String, Long> said = new HashMap<>();

    /// @param nanos the system's nano time
    Notices(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// Whether that is to be said now; it counts as said then.
    ///
    /// @param what it is and of whom
    synchronized boolean isDue(String what) {
        long now = nanos.getAsLong();
        said.values().removeIf(at -> now - at >= AGAIN.toNanos());
        return said.size() < MOST && said.putIfAbsent(what, now) == null;
    }
}
