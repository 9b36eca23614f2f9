package io.circles.script.worker;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.ScriptJob;
import io.circles.script.queue.TurnQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs of a kind, and the workers that are kept apart for them. Guarded by the scheduler's lock.
final class Lane {
    /// How long beyond its wall time a run may take to be answered: the worker itself gives a
    /// script up to three seconds to stop.
    private static final Duration LATE = Duration.ofSeconds(5);

    /// A run that used a processor no longer than that was quick.
    private static final Duration QUICK = Duration.ofMillis(20);

    /// So many quick runs in a row make a circle a quick one.
    private static final int QUICK_RUNS = 16;

    /// One run that waits for something must not stop all others of its circle.
    private static final int LEAST_SHARE = 2;

    /// Circles that run nothing are remembered up to this number.
    private static final int MOST_IDLE_SHARES = 10_000;

    /// For whom.
    enum Kind {
        /// Everybody.
        SERVING,
        /// Circles in which somebody has just ended a worker, or been in the way of others.
        QUARANTINE,
        /// Runs of which one has ended a worker, one at a time.
        SOLO
    }

    final Kind kind;
    final TurnQueue<PoolRun> queue = new TurnQueue<>();
    final List<Worker> workers = new ArrayList<>();
    private final Map<PublicKey, Share> shares = new HashMap<>();
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

    /// How many workers are missing: one that a run is about to end is none any more.
    int needs() {
        boolean wanted = kind == Kind.SERVING || queue.size() > 0;
        return wanted ? Math.max(0, size - healthy()) : 0;
    }

    /// Whether there is a worker that is not about to end.
    boolean hasWorker() {
        return healthy() > 0;
    }

    private int healthy() {
        int healthy = 0;
        for (Worker worker : workers) {
            if (worker.guilty == 0) {
                healthy++;
            }
        }
        return healthy;
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
        if (kind == Kind.QUARANTINE) {
            worker.giveWay();
        }
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
        Worker least = null;
        for (Worker worker : workers) {
            boolean less = least == null || worker.inFlight.size() < least.inFlight.size();
            if (less && worker.guilty == 0 && worker.inFlight.size() < threads) {
                least = worker;
            }
        }
        return least;
    }

    /// A circle has half of the threads at most, so that there is always one for another; and while
    /// its runs take long, a sixteenth, so that others get their share of the processors too.
    private boolean hasRoom(PoolRun run) {
        Share share = shares.get(run.circle());
        if (share == null) {
            return true;
        }
        int half = Math.max(1, size * threads / 2);
        int few = Math.min(half, Math.max(LEAST_SHARE, size * threads / 16));
        return share.running < (share.quick >= QUICK_RUNS ? half : few);
    }

    /// What a circle has at the moment.
    private static final class Share {
        int running;

        /// Runs in a row that were over soon.
        int quick;
    }

    private void assign(PoolRun run, Worker worker, long now) {
        long id = ++worker.lastId;
        worker.inFlight.put(id, run);
        shares.computeIfAbsent(run.circle(), _ -> new Share()).running++;
        run.assignedAt(now);
        run.overdueAt(now + mostTime(run.job()).plus(LATE).toNanos());
        PoolRun.Assigned assigned = new PoolRun.Assigned(worker, id);
        run.step(assigned);
        worker.run(run, assigned);
    }

    /// A module that has to be loaded first may take as long as the function itself.
    private static Duration mostTime(ScriptJob job) {
        int times = job.environment().module().isPresent() ? 2 : 1;
        return Duration.ofMillis(times * job.limits().wallMs());
    }

    /// Frees the thread of a run.
    ///
    /// @return null when the worker has no such run
    @Nullable PoolRun release(Worker worker, long id) {
        PoolRun run = worker.inFlight.remove(id);
        if (run != null) {
            long now = System.nanoTime();
            worker.idleSince = now;
            leave(run.circle(), isQuick(run, now));
        }
        return run;
    }

    /// By what it took of a processor, if that is known: what only waits is in nobody's way.
    private static boolean isQuick(PoolRun run, long now) {
        return run.answer() instanceof PoolRun.Done done
                ? done.outcome().result().usage().cpuMs() < QUICK.toMillis()
                : now - run.assignedAt() < QUICK.toNanos();
    }

    private void leave(PublicKey circle, boolean quickly) {
        Share share = shares.get(circle);
        if (share == null) {
            return;
        }
        share.running--;
        share.quick = quickly ? Math.min(share.quick + 1, QUICK_RUNS) : 0;
        if (share.running == 0 && shares.size() > MOST_IDLE_SHARES) {
            shares.remove(circle);
        }
    }
}
