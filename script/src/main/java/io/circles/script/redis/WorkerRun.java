package io.circles.script.redis;

import io.circles.script.ScriptJob;
import org.jspecify.annotations.Nullable;

/// A job that a worker has: from its taking until its answer stands in Redis.
///
/// `thread` and `job` are set by the run's own thread before it begins.
final class WorkerRun {
    private final StreamEntry entry;
    private final JobMessage message;
    private final boolean second;
    private final long since = System.nanoTime();
    private volatile @Nullable Thread thread;
    private volatile @Nullable ScriptJob job;
    private volatile boolean cancelled;

    /// @param second whether another worker had it before
    WorkerRun(StreamEntry entry, JobMessage message, boolean second) {
        this.entry = entry;
        this.message = message;
        this.second = second;
    }

    StreamEntry entry() {
        return entry;
    }

    JobMessage message() {
        return message;
    }

    boolean isSecond() {
        return second;
    }

    /// How long it has been here, in nanoseconds.
    long age() {
        return System.nanoTime() - since;
    }

    void begin(ScriptJob itsJob) {
        this.job = itsJob;
    }

    /// Whether it runs that very job.
    @SuppressWarnings("ReferenceEquality") // two runs may have equal jobs
    boolean runs(ScriptJob that) {
        return job == that;
    }

    /// Starts its thread, unless it was taken back before.
    void start(Runnable action) {
        Thread mine = Thread.ofVirtual().name("redis-run").unstarted(action);
        thread = mine;
        mine.start();
        if (cancelled) {
            mine.interrupt();
        }
    }

    void cancel() {
        cancelled = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
