package io.circles.script;

import io.circles.script.state.Transaction;
import io.circles.script.state.Transaction.Range;
import io.circles.script.state.Transaction.Read;
import io.circles.script.state.Transaction.Write;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Makes room for the runs of one circle that have met a conflict: each pauses for a moment, then
/// they go one after the other, in the order of coming, and a new run that would change what the
/// one whose turn it is had read queues up with them. A turn begins when the commits under way that
/// would spoil it are done. Otherwise those who share busy keys would spoil each
/// other's runs again and again.
///
/// A turn lasts [#LONGEST_TURN] at most: then the next begins, and a slow run goes on without
/// one. Past [#MOST_WAITING] nobody waits.
///
/// Thread-safe. The lock guards the queue, whose first has the turn, since when, and the commits
/// that are under way.
final class Turns {
    /// How long a turn can last.
    static final Duration LONGEST_TURN = Duration.ofMillis(100);

    /// How many may wait for their turns.
    static final int MOST_WAITING = 256;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final RandomGenerator random;
    private final long longestTurnNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Deque<Turn> queue = new ArrayDeque<>();
    private final Set<Passage> underWay = new HashSet<>();
    private long since;

    Turns(RandomGenerator random) {
        this(random, LONGEST_TURN);
    }

    Turns(RandomGenerator random, Duration longestTurn) {
        this.random = random;
        this.longestTurnNanos = longestTurn.toNanos();
    }

    /// Lets a run that is not to be in anybody's way commit: not when it changes something that
    /// whoever has the turn has read, and will most likely read again.
    ///
    /// @return to be closed when the commit is made or given up; empty when it would spoil that run
    Optional<Passage> passUnlessItSpoils(Transaction transaction) {
        if (transaction.writes().isEmpty()) {
            return Optional.of(new Passage(transaction));
        }
        lock.lock();
        try {
            Turn turn = queue.peek();
            return turn != null && turn.isSpoiledBy(transaction)
                    ? Optional.empty()
                    : Optional.of(passing(transaction));
        } finally {
            lock.unlock();
        }
    }

    /// Lets a run that has waited for its turn commit.
    ///
    /// @return to be closed when the commit is made or given up
    Passage pass(Transaction transaction) {
        lock.lock();
        try {
            return passing(transaction);
        } finally {
            lock.unlock();
        }
    }

    private Passage passing(Transaction transaction) {
        Passage passage = new Passage(transaction);
        if (!transaction.writes().isEmpty()) {
            underWay.add(passage);
        }
        return passage;
    }

    /// Pauses, and waits for the turn to run again.
    ///
    /// @param conflicts how many there were, 1 or more; each doubles the pause
    /// @param lost the transaction that met the last one
    Turn next(int conflicts, Transaction lost) throws InterruptedException {
        long pause = FIRST_PAUSE_NANOS << (conflicts - 1);
        TimeUnit.NANOSECONDS.sleep(pause + random.nextLong(pause));
        Turn turn = new Turn(lost);
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
            while (!turn.isOver
                    && (queue.peek() != turn || underWay.stream().anyMatch(turn::isSpoiledBy))) {
                long left = longestTurnNanos - (System.nanoTime() - since);
                if (left > 0) {
                    var _ = moved.awaitNanos(left);
                } else if (queue.peek() == turn) {
                    return;
                } else {
                    leave(queue.element());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void leave(Turn turn) {
        boolean hadIt = queue.peek() == turn;
        turn.isOver = true;
        queue.remove(turn);
        if (hadIt) {
            since = System.nanoTime();
            moved.signalAll();
        }
    }

    /// A commit under way.
    final class Passage implements AutoCloseable {
        private final Transaction transaction;

        private Passage(Transaction transaction) {
            this.transaction = transaction;
        }

        @Override
        public void close() {
            if (transaction.writes().isEmpty()) {
                return;
            }
            lock.lock();
            try {
                underWay.remove(this);
                if (!queue.isEmpty()) {
                    moved.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /// Somebody's turn, waited for or had; closing it gives it to the next.
    final class Turn implements AutoCloseable {
        private final Set<String> reads;
        private final List<Range> ranges;

        /// Others may end it while it still waits for commits that would spoil it.
        private boolean isOver;

        private Turn(Transaction lost) {
            this.reads = lost.reads().stream().map(Read::key).collect(Collectors.toSet());
            this.ranges = lost.ranges();
        }

        private boolean isSpoiledBy(Passage passage) {
            return isSpoiledBy(passage.transaction);
        }

        private boolean isSpoiledBy(Transaction transaction) {
            return transaction.writes().stream()
                    .map(Write::key)
                    .anyMatch(
                            key ->
                                    reads.contains(key)
                                            || ranges.stream().anyMatch(range -> range.has(key)));
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
