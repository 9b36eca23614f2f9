package io.circles.script;

import io.circles.script.state.Transaction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// Makes room for the runs of one circle that have met a conflict: each pauses for a moment, then
/// they go one after the other, in the order of coming, and a new run that has read the contested
/// key queues up with them. Otherwise those who share a busy key would spoil each other's runs
/// again and again.
///
/// A turn lasts [#LONGEST_TURN_NANOS] at most: then the next begins, and a slow run goes on without
/// one. Past [#MOST_WAITING] nobody waits.
///
/// Thread-safe. The lock guards the queue, whose first has the turn, and since when.
final class Turns {
    /// How long a turn can last: 100 ms.
    static final long LONGEST_TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// How many may wait for their turns.
    static final int MOST_WAITING = 256;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Deque<Turn> queue = new ArrayDeque<>();
    private long since;

    Turns(RandomGenerator random) {
        this.random = random;
    }

    /// The key because of which somebody has the turn, if a transaction has read it too: whoever
    /// has the turn is about to change it.
    Optional<String> contested(Transaction transaction) {
        lock.lock();
        try {
            return Optional.ofNullable(queue.peek())
                    .map(turn -> turn.key)
                    .filter(key -> hasRead(transaction, key));
        } finally {
            lock.unlock();
        }
    }

    private static boolean hasRead(Transaction transaction, String key) {
        return transaction.reads().stream().anyMatch(read -> read.key().equals(key))
                || transaction.ranges().stream().anyMatch(range -> range.from().equals(key));
    }

    /// Pauses, and waits for the turn to run again.
    ///
    /// @param conflicts how many there were, 1 or more; each doubles the pause
    /// @param key over which the last one was
    Turn next(int conflicts, String key) throws InterruptedException {
        long pause = FIRST_PAUSE_NANOS << (conflicts - 1);
        TimeUnit.NANOSECONDS.sleep(pause + random.nextLong(pause));
        Turn turn = new Turn(key);
        boolean ready = false;
        try {
            await(turn);
            ready = true;
            return turn;
        } finally {
            if (!ready) {
                turn.close();
            }
        }
    }

    private void await(Turn turn) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (queue.size() > MOST_WAITING) {
                return;
            }
            if (queue.isEmpty()) {
                since = System.nanoTime();
            }
            queue.add(turn);
            while (queue.peek() != turn) {
                long left = LONGEST_TURN_NANOS - (System.nanoTime() - since);
                if (left <= 0) {
                    leave(queue.element());
                } else {
                    var _ = moved.awaitNanos(left);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void leave(Turn turn) {
        boolean hadIt = queue.peek() == turn;
        queue.remove(turn);
        if (hadIt) {
            since = System.nanoTime();
            moved.signalAll();
        }
    }

    /// Somebody's turn, waited for or had; closing it gives it to the next.
    final class Turn implements AutoCloseable {
        private final String key;

        private Turn(String key) {
            this.key = key;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                leave(this);
            } finally {
                lock.unlock();
            }
        }
    }
}
