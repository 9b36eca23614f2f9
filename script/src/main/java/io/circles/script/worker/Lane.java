package io.circles.script.worker;

import io.circles.protocol.crypto.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs of a kind, and the workers that are kept apart for them. Guarded by the scheduler's lock.
final class Lane {
    /// How long beyond its wall time a run may take to be answered.
    private static final Duration LATE = Duration.ofSeconds(2);

    /// For whom.
    enum Kind {
        /// Everybody.
        SERVING,
        /// Circles in which somebody has just ended a worker.
        QUARANTINE,
        /// Runs of which one has ended a worker, one at a time.
        SOLO
    }

    final Kind kind;
    final TurnQueue queue = new TurnQueue();
    final List<Worker> workers = new ArrayList<>();
    private final Map<PublicKey, Integer> running = new HashMap<>();
    private long needySince;
    private final int size;
    private final int threads;

    /// @param size how many workers it has at most; all the time when it serves, otherwise when
    ///     there is something to do
    /// @param threads how many runs a worker has at once
    Lane(Kind kind, int size, int threads) {
        this.kind = kind;
        this.size = size;
        this.threads = threads;
    }

    /// How many workers are missing.
    int needs() {
        boolean wanted = kind == Kind.SERVING || queue.size() > 0;
        return wanted ? size - workers.size() : 0;
    }

    /// Since when workers are missing, by the system's nano time; `now` if none is.
    long needySince(long now) {
        if (needs() == 0 || needySince == 0) {
            needySince = now;
        }
        return needySince;
    }

    void add(Worker worker) {
        worker.lane = this;
        workers.add(worker);
    }

    int running() {
        return workers.stream().mapToInt(worker -> worker.inFlight.size()).sum();
    }

    /// Hands runs to free threads.
    void dispatch(long now) {
        Worker free = free();
        PoolRun next = free == null ? null : queue.poll(this::hasRoom);
        while (free != null && next != null) {
            assign(next, free, now);
            free = free();
            next = free == null ? null : queue.poll(this::hasRoom);
        }
    }

    private @Nullable Worker free() {
        return workers.stream()
                .filter(worker -> worker.guilty == 0 && worker.inFlight.size() < threads)
                .min(Comparator.comparingInt(worker -> worker.inFlight.size()))
                .orElse(null);
    }

    /// A circle has half of the threads at most, so that there is always one for another.
    private boolean hasRoom(PublicKey circle) {
        return running.getOrDefault(circle, 0) < Math.max(1, size * threads / 2);
    }

    private void assign(PoolRun run, Worker worker, long now) {
        long id = ++worker.lastId;
        worker.inFlight.put(id, run);
        running.merge(run.circle(), 1, Integer::sum);
        run.overdueAt(now + Duration.ofMillis(run.job().limits().wallMs()).plus(LATE).toNanos());
        run.step(new PoolRun.Assigned(worker, id));
    }

    /// Frees the thread of a run.
    ///
    /// @return null when the worker has no such run
    @Nullable PoolRun release(Worker worker, long id) {
        PoolRun run = worker.inFlight.remove(id);
        if (run != null) {
            running.computeIfPresent(run.circle(), (_, count) -> count == 1 ? null : count - 1);
            worker.idleSince = System.nanoTime();
        }
        return run;
    }
}
