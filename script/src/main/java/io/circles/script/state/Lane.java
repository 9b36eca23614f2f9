package io.circles.script.state;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The requests to one file, handled on threads that many files share: those that wait are handled
/// together, one group at a time, and after each group the other files have their turn.
///
/// Thread-safe: the lock guards the fields. What a group's handler touches needs no lock, for no
/// two run at once and each sees what the one before it did.
///
/// @param <R> the requests
public final class Lane<R extends Lane.Item> {
    static final int MOST_WAITING = 1_024;
    private static final int MOST_IN_GROUP = 64;
    private static final long MOST_WEIGHT = 4L << 20;

    /// What a thread waits for that is done to the file.
    public interface Item {
        /// Where the answer goes.
        CompletableFuture<?> answer();

        /// How much there is to write, in characters.
        default long weight() {
            return 0;
        }
    }

    private final Executor threads;
    private final int mostWaiting;
    private final Consumer<List<R>> handler;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Deque<R> waiting = new ArrayDeque<>();
    private boolean handling;
    private boolean closed;

    Lane(Executor threads, Consumer<List<R>> handler) {
        this(threads, MOST_WAITING, handler);
    }

    /// A lane in which nothing waits yet.
    ///
    /// @param mostWaiting so many requests may wait
    /// @param handler answers each request of a group; never called twice at once
    public Lane(Executor threads, int mostWaiting, Consumer<List<R>> handler) {
        this.threads = threads;
        this.mostWaiting = mostWaiting;
        this.handler = handler;
    }

    /// Puts a request at the end.
    ///
    /// @throws CircleException [ErrorCode#BUSY] when too many wait
    /// @throws IllegalStateException when it is closed
    public void add(R request) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The file is closed");
            }
            if (waiting.size() >= mostWaiting) {
                throw new CircleException(
                        ErrorCode.BUSY, "Busy: too many commits of this circle wait");
            }
            waiting.add(request);
            if (!handling) {
                handling = true;
                start();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes out a request that nobody waits for any more, if it has not begun.
    ///
    /// @return false if it has
    boolean remove(R request) {
        lock.lock();
        try {
            return waiting.remove(request);
        } finally {
            lock.unlock();
        }
    }

    private void start() {
        try {
            threads.execute(this::handleGroup);
        } catch (RejectedExecutionException e) {
            failAll(waiting, e);
            waiting.clear();
            rest();
        }
    }

    private void handleGroup() {
        List<R> group = nextGroup();
        try {
            handler.accept(group);
        } catch (Throwable e) {
            failAll(group, e);
            throw e;
        } finally {
            goOn();
        }
    }

    private List<R> nextGroup() {
        List<R> group = new ArrayList<>();
        long weight = 0;
        lock.lock();
        try {
            while (!waiting.isEmpty() && group.size() < MOST_IN_GROUP && weight < MOST_WEIGHT) {
                R next = waiting.remove();
                weight += next.weight();
                group.add(next);
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    private void goOn() {
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                rest();
            } else {
                start();
            }
        } finally {
            lock.unlock();
        }
    }

    private void rest() {
        handling = false;
        idle.signalAll();
    }

    private static void failAll(Iterable<? extends Item> requests, Throwable cause) {
        requests.forEach(request -> request.answer().completeExceptionally(cause));
    }

    /// Takes nothing new, and waits until all is handled.
    ///
    /// @return whether it is; an interrupt ends the wait too, and is passed on
    public boolean close(Duration atMost) {
        lock.lock();
        try {
            closed = true;
            long left = atMost.toNanos();
            while (handling && left > 0) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return !handlesStill();
    }

    private boolean handlesStill() {
        lock.lock();
        try {
            return handling;
        } finally {
            lock.unlock();
        }
    }
}
