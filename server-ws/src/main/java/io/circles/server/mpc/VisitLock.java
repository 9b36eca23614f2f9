package io.circles.server.mpc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The lock of [Visits], and what is done under it, one step after the other. No answer is given
/// and no event handed on while it is held: a step leaves that to be done afterwards.
///
/// Thread-safe.
final class VisitLock {
    private final ScheduledExecutorService timer;
    private final Executor threads;
    private final Object lock = new Object();

    /// @param timer only starts what is due
    /// @param threads on which that is done
    VisitLock(ScheduledExecutorService timer, Executor threads) {
        this.timer = timer;
        this.threads = threads;
    }

    /// What is done under the lock.
    @FunctionalInterface
    interface Step {
        /// Takes it.
        ///
        /// @param afterwards collects what is to be done when the lock is not held any more
        void take(Consumer<Runnable> afterwards);
    }

    /// Takes a step now, and does on this thread what it leaves.
    void step(Step step) {
        List<Runnable> afterwards = new ArrayList<>();
        synchronized (lock) {
            step.take(afterwards::add);
        }
        afterwards.forEach(Runnable::run);
    }

    /// Takes a step on another thread, after some time.
    Future<?> later(Step step, Duration time) {
        return timer.schedule(
                () -> threads.execute(() -> step(step)), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Looks something up.
    <T> T get(Supplier<T> what) {
        synchronized (lock) {
            return what.get();
        }
    }
}
