package io.circles.server.transport;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs tasks, such as those of one connection, one after the other, in the order they were put in,
/// on a thread that is taken only while there is something to do.
///
/// A task may leave work to be done beside the mailbox. That goes on on the task's own thread, and
/// the mailbox takes another when it needs one, so that a request is one thread and not two.
///
/// Bounded in bytes: each task is put in with the size of what it holds. Putting in never waits.
/// Thread-safe; the lock guards the queue, the size and whether a thread is at work. `beside` is
/// that thread's own.
public final class Mailbox {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    /// What a task weighs besides the bytes it holds.
    private static final long OVERHEAD = 256;

    private record Task(Runnable work, long weight) {}

    private final Executor threads;
    private final long capacity;

    private final Object lock = new Object();
    private final Queue<Task> tasks = new ArrayDeque<>();
    private long weight;
    private boolean working;

    private volatile @Nullable Thread worker;
    private @Nullable Runnable beside;

    /// One in which nothing waits.
    ///
    /// @param capacity how many bytes [#offer] may fill
    public Mailbox(Executor threads, long capacity) {
        this.threads = threads;
        this.capacity = capacity;
    }

    /// Puts in what came from the client.
    ///
    /// @return false when it is full, and the task was not taken
    boolean offer(Runnable task, long bytes) {
        return put(new Task(task, bytes + OVERHEAD), capacity);
    }

    /// Puts in what the server itself has to do; there are only a few of these, so they always fit.
    public void add(Runnable task) {
        put(new Task(task, OVERHEAD), Long.MAX_VALUE);
    }

    private boolean put(Task next, long room) {
        synchronized (lock) {
            if (weight + next.weight > room) {
                return false;
            }
            tasks.add(next);
            weight += next.weight;
            if (working) {
                return true;
            }
            working = true;
        }
        threads.execute(this::work);
        return true;
    }

    /// Runs work beside the mailbox, on a thread of its own.
    void beside(Runnable work) {
        if (Thread.currentThread() == worker && beside == null) {
            beside = work;
        } else {
            threads.execute(work);
        }
    }

    private void work() {
        worker = Thread.currentThread();
        for (Task next = next(); next != null; next = next()) {
            run(next.work);
            Runnable goesOn = beside;
            if (goesOn != null) {
                beside = null;
                leave();
                run(goesOn);
                return;
            }
        }
    }

    private @Nullable Task next() {
        synchronized (lock) {
            Task next = tasks.poll();
            if (next == null) {
                worker = null;
                working = false;
            } else {
                weight -= next.weight;
            }
            return next;
        }
    }

    /// Leaves what waits to another thread.
    private void leave() {
        synchronized (lock) {
            worker = null;
            if (tasks.isEmpty()) {
                working = false;
                return;
            }
        }
        threads.execute(this::work);
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            // an Error too, or the connection would never do anything again
            LOG.error("a task of a connection failed", e);
        }
    }
}
