package io.circles.script;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Makes room for the runs of one circle that have met a conflict: each pauses for a moment, then
/// they go one after the other, or those who share a busy key would spoil each other's runs again
/// and again.
///
/// Thread-safe. The one permit is the turn, taken in the order of coming. Nobody waits for it
/// longer than [#LONGEST_WAIT_MS]: then a run goes without, so that a slow one holds nobody up for
/// good.
final class Turns {
    /// How long to wait for the turn, in milliseconds.
    static final long LONGEST_WAIT_MS = 100;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Semaphore turn = new Semaphore(1, true);
    private final RandomGenerator random;

    Turns(RandomGenerator random) {
        this.random = random;
    }

    /// Pauses, and waits for the turn.
    ///
    /// @param conflicts how many there were, 1 or more; each doubles the pause
    /// @return gives the turn to the next
    Turn next(int conflicts) throws InterruptedException {
        long pause = FIRST_PAUSE_NANOS << (conflicts - 1);
        TimeUnit.NANOSECONDS.sleep(pause + random.nextLong(pause));
        boolean taken = turn.tryAcquire(LONGEST_WAIT_MS, TimeUnit.MILLISECONDS);
        return taken ? turn::release : () -> {};
    }

    /// Somebody's turn; to be closed once.
    @FunctionalInterface
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }
}
