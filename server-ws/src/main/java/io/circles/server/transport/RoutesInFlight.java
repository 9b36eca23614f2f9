package io.circles.server.transport;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The requests to a circle's routes that are not answered yet, so many and no more. Thread-safe;
/// the lock guards which there are and whether more are taken.
public final class RoutesInFlight {
    /// How long what was cancelled has to be answered.
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final int capacity;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Set<Interruptible> all = new HashSet<>();
    private boolean closing;

    /// @param capacity how many there may be at once
    public RoutesInFlight(int capacity) {
        this.capacity = capacity;
    }

    /// How many there are.
    public int size() {
        lock.lock();
        try {
            return all.size();
        } finally {
            lock.unlock();
        }
    }

    /// Takes one in; to be given back to [#leave].
    ///
    /// @return empty when there is no room, or no more are taken
    Optional<Interruptible> enter() {
        lock.lock();
        try {
            if (closing || all.size() >= capacity) {
                return Optional.empty();
            }
            Interruptible one = new Interruptible();
            all.add(one);
            return Optional.of(one);
        } finally {
            lock.unlock();
        }
    }

    /// Says that one was answered.
    void leave(Interruptible one) {
        lock.lock();
        try {
            all.remove(one);
            if (all.isEmpty()) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more, waits until those there are have been answered, and interrupts the work on
    /// those that are not.
    ///
    /// @param patience how long that may take; the rest gets a moment to be answered
    public void drain(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            closing = true;
            if (!awaitIdle(patience)) {
                all.forEach(Interruptible::interrupt);
                var _ = awaitIdle(FAREWELL);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitIdle(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        while (!all.isEmpty()) {
            if (left <= 0) {
                return false;
            }
            left = idle.awaitNanos(left);
        }
        return true;
    }
}
