package io.circles.server.mpc;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// What the clock of another node shows, at least: it tells so with its answers, and they were some
/// time on the way. So what is to be done by some moment is never done there later than this node
/// means. Guarded by the lock of [Visits].
final class HomeClock {
    /// After that a clock is trusted no more than what it shows now: one may go faster.
    private static final long TRUST = Duration.ofMinutes(1).toMillis();

    private long ahead;
    private long learned;

    /// @param shown what it has shown some moments ago
    HomeClock(long shown) {
        learned = now();
        ahead = shown - learned;
    }

    /// Milliseconds since some moment, for each node another: only what has elapsed means anything.
    static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /// It has shown that some moments ago.
    void learn(long shown) {
        long here = now();
        if (shown - here > ahead || here - learned > TRUST) {
            ahead = shown - here;
            learned = here;
        }
    }

    /// What it shows at a moment of this node's clock, or later than that.
    long at(long moment) {
        return moment + ahead;
    }
}
