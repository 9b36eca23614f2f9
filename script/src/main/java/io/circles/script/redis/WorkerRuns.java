package io.circles.script.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.circles.script.ScriptJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The jobs that a worker has, and how many more it would take.
///
/// Thread-safe: the lock guards the runs and the mean time they take.
final class WorkerRuns {
    /// A worker whose jobs take no longer than that takes more of them than it runs at once.
    private static final double QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final double WEIGHT = 1.0 / 16;
    private static final Duration CANCEL_LIFE = Duration.ofMinutes(1);
    private static final int MOST_CANCELLED = 10_000;

    private final int slots;
    private final int places;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private final Map<RunKey, WorkerRun> runs = new HashMap<>();
    private final Cache<RunKey, Boolean> cancelled =
            Caffeine.newBuilder()
                    .executor(Runnable::run)
                    .maximumSize(MOST_CANCELLED)
                    .expireAfterWrite(CANCEL_LIFE)
                    .build();
    private double meanNanos = 2 * QUICK_NANOS;

    WorkerRuns(int slots, int places) {
        this.slots = slots;
        this.places = places;
    }

    /// Waits until there is room.
    ///
    /// @return for how many; 0 if there is none yet
    int awaitRoom(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (room() <= 0 && left > 0) {
                left = freed.awaitNanos(left);
            }
            return Math.max(0, room());
        } finally {
            lock.unlock();
        }
    }

    private int room() {
        int may = meanNanos > QUICK_NANOS ? Math.min(slots, places) : places;
        return may - runs.size();
    }

    /// Notes a run that was taken.
    ///
    /// @return false if it is here already, or was taken back before it came
    boolean add(WorkerRun run) {
        lock.lock();
        try {
            RunKey key = run.message().run();
            return cancelled.getIfPresent(key) == null && runs.putIfAbsent(key, run) == null;
        } finally {
            lock.unlock();
        }
    }

    /// A run has its answer in Redis.
    void remove(WorkerRun run) {
        lock.lock();
        try {
            if (runs.remove(run.message().run(), run)) {
                meanNanos += WEIGHT * (run.age() - meanNanos);
            }
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void cancel(RunKey key) {
        cancelled.put(key, true);
        of(key).ifPresent(WorkerRun::cancel);
    }

    private Optional<WorkerRun> of(RunKey key) {
        lock.lock();
        try {
            return Optional.ofNullable(runs.get(key));
        } finally {
            lock.unlock();
        }
    }

    List<WorkerRun> all() {
        lock.lock();
        try {
            return new ArrayList<>(runs.values());
        } finally {
            lock.unlock();
        }
    }

    /// The run of that very job.
    Optional<WorkerRun> of(ScriptJob job) {
        return all().stream().filter(run -> run.runs(job)).findFirst();
    }

    int size() {
        lock.lock();
        try {
            return runs.size();
        } finally {
            lock.unlock();
        }
    }
}
