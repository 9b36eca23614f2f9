package io.circles.server.transport;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the tasks of one connection one after the other, in the order they were put in, on a thread
/// that is taken only while there is something to do.
///
/// Bounded in bytes: each task is put in with the size of what it holds. Putting in never waits.
/// Thread-safe; the lock guards the queue, the size and whether a thread is at work.
final class Mailbox {
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

    Mailbox(Executor threads, long capacity) {
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
    void add(Runnable task) {
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

    private void work() {
        while (true) {
            Task next;
            synchronized (lock) {
                next = tasks.poll();
                if (next == null) {
                    working = false;
                    return;
                }
                weight -= next.weight;
            }
            run(next.work);
        }
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
