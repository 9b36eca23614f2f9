package io.circles.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A bounded queue whose items are consumed one after the other, in the order they were added, on
/// a virtual thread that exists only while there is something to consume.
///
/// Concurrency: `lock` guards every field below it and is never held while an item is consumed. At
/// most one consuming thread exists at any time. An item counts until it has been consumed.
///
/// @param <T> the items
final class SerialQueue<T> {
    private static final Logger LOG = LoggerFactory.getLogger(SerialQueue.class);

    private record Entry<T>(T item, long weight) {}

    private final String name;
    private final long capacity;
    private final Consumer<T> consumer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition lighter = lock.newCondition();
    private final Queue<Entry<T>> entries = new ArrayDeque<>();
    private long weight;
    private boolean consuming;
    private boolean finished;

    /// @param name the consuming thread's
    /// @param capacity the sum of weights that may wait; an item heavier than that goes alone
    SerialQueue(String name, long capacity, Consumer<T> consumer) {
        this.name = name;
        this.capacity = capacity;
        this.consumer = consumer;
    }

    /// Adds an item if there is room; does not block.
    ///
    /// @return false when there is none, or the queue is finished
    boolean offer(T item, long itemWeight) {
        lock.lock();
        try {
            return !finished && fits(itemWeight) && add(item, itemWeight);
        } finally {
            lock.unlock();
        }
    }

    /// Adds an item even where there is no room; whoever does bounds it by other means.
    void press(T item, long itemWeight) {
        lock.lock();
        try {
            if (!finished) {
                var _ = add(item, itemWeight);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Adds an item, and waits for room before.
    ///
    /// @return false when there was none in time, or the queue is finished
    boolean put(T item, long itemWeight, Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!finished && !fits(itemWeight)) {
                if (lighter.awaitNanos(deadline.remainingNanos()) <= 0) {
                    return false;
                }
            }
            return !finished && add(item, itemWeight);
        } finally {
            lock.unlock();
        }
    }

    /// Takes nothing more. What waits is still consumed.
    void finish() {
        lock.lock();
        try {
            finished = true;
            lighter.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Takes nothing more and drops what waits.
    void discard() {
        lock.lock();
        try {
            finished = true;
            entries.forEach(entry -> weight -= entry.weight());
            entries.clear();
            lighter.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until everything is consumed.
    ///
    /// @return false when it was not in time
    boolean awaitEmpty(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(timeout);
        lock.lockInterruptibly();
        try {
            while (consuming) {
                if (lighter.awaitNanos(deadline.remainingNanos()) <= 0) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean fits(long itemWeight) {
        return weight == 0 || weight + itemWeight <= capacity;
    }

    private boolean add(T item, long itemWeight) {
        entries.add(new Entry<>(item, itemWeight));
        weight += itemWeight;
        if (!consuming) {
            consuming = true;
            Thread.ofVirtual().name(name).start(this::consumeAll);
        }
        return true;
    }

    private void consumeAll() {
        for (Entry<T> entry = next(0); entry != null; entry = next(entry.weight())) {
            try {
                consumer.accept(entry.item());
            } catch (RuntimeException | Error e) {
                // a listener's failure is its own: the next item is due all the same
                LOG.atError()
                        .addKeyValue("queue", name)
                        .setCause(e)
                        .log("an item was not consumed");
            }
        }
    }

    private @Nullable Entry<T> next(long consumed) {
        lock.lock();
        try {
            weight -= consumed;
            Entry<T> entry = entries.poll();
            consuming = entry != null;
            lighter.signalAll();
            return entry;
        } finally {
            lock.unlock();
        }
    }
}
