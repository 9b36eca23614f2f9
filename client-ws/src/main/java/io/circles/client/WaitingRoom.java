package io.circles.client;

import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where threads wait for what another thread hears of the circle.
///
/// Concurrency: `lock` guards the fields below it, and whatever its owner changes in [#change] and
/// looks at in [#await]. It is never held while a thread waits, and nothing done under it blocks.
final class WaitingRoom {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Supplier<RuntimeException> end;
    private @Nullable Supplier<RuntimeException> loss;

    /// Changes what is waited for.
    void change(Runnable what) {
        lock.lock();
        try {
            what.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Looks at something that [#change] changes.
    <T> T look(Supplier<T> at) {
        lock.lock();
        try {
            return at.get();
        } finally {
            lock.unlock();
        }
    }

    /// Whoever waits, and whoever comes, gets this failure, even if what is wanted is there. Only
    /// the first end counts.
    void end(Supplier<RuntimeException> why) {
        change(() -> end = end == null ? why : end);
    }

    /// Whoever waits, and whoever comes and would have to wait, gets this failure, until
    /// [#recover].
    void lose(Supplier<RuntimeException> why) {
        change(() -> loss = why);
    }

    /// One can wait again.
    void recover() {
        change(() -> loss = null);
    }

    /// @throws RuntimeException that of [#end], if there is one
    void throwIfEnded() {
        look(() -> throwIf(end));
    }

    /// Waits until something is there.
    ///
    /// @param wanted looks for it, and may take it; called again after each change
    /// @return empty when it was not there in time
    /// @throws RuntimeException that of [#end] or [#lose]
    <T> Optional<T> await(Supplier<Optional<T>> wanted, Deadline deadline)
            throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = deadline.remainingNanos();
            while (true) {
                throwIf(end);
                Optional<T> found = wanted.get();
                if (found.isPresent() || left <= 0) {
                    return found;
                }
                throwIf(loss);
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean throwIf(@Nullable Supplier<RuntimeException> failure) {
        if (failure != null) {
            throw failure.get();
        }
        return false;
    }
}
