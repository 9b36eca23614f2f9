package io.circles.server.mpc;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The turns of one connection that were taken and not answered yet, so many and no more.
/// Thread-safe; the lock guards which there are.
public final class TurnsInFlight {
    private final int most;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Map<Object, Integer> ids = new HashMap<>();
    private int count;

    /// Those that are being answered too.
    private int unsent;

    /// @param most how many there may be
    public TurnsInFlight(int most) {
        this.most = most;
    }

    /// One of them.
    @FunctionalInterface
    public interface Mark {
        /// It is over. To be called once.
        ///
        /// @param answer sends its answer: the place and the id are free before, as the client may
        ///     use them as soon as it has the answer, but what waits for all to be answered waits
        ///     for this too
        void end(Runnable answer);
    }

    /// One more.
    ///
    /// @param id of its request, if that has one
    /// @throws CircleException [ErrorCode#BUSY] when there are too many
    public Mark begin(@Nullable Object id) {
        lock.lock();
        try {
            if (count >= most) {
                throw CircleException.limit(
                        ErrorCode.BUSY,
                        "Busy: " + most + " requests of this connection wait already",
                        most,
                        count + 1L);
            }
            count++;
            unsent++;
            if (id != null) {
                ids.merge(id, 1, Integer::sum);
            }
        } finally {
            lock.unlock();
        }
        return answer -> end(id, answer);
    }

    private void end(@Nullable Object id, Runnable answer) {
        free(id);
        try {
            answer.run();
        } finally {
            sent();
        }
    }

    private void free(@Nullable Object id) {
        lock.lock();
        try {
            count--;
            if (id != null) {
                ids.computeIfPresent(id, (_, times) -> times == 1 ? null : times - 1);
            }
        } finally {
            lock.unlock();
        }
    }

    private void sent() {
        lock.lock();
        try {
            unsent--;
            if (unsent == 0) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether the request of that id was not answered yet.
    public boolean inFlight(Object id) {
        lock.lock();
        try {
            return ids.containsKey(id);
        } finally {
            lock.unlock();
        }
    }

    /// Waits until all are answered.
    ///
    /// @param deadlineNanos a value of [System#nanoTime()]; past that it returns anyway
    public void awaitIdle(long deadlineNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = deadlineNanos - System.nanoTime();
            while (unsent > 0 && left > 0) {
                var _ = idle.await(left, TimeUnit.NANOSECONDS);
                left = deadlineNanos - System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
    }
}
