package io.circles.script.redis;

import io.circles.script.ScriptJob;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// A job that a worker has: from its taking until its answer stands in Redis.
///
/// Whoever begins it sets `job` before and `end` after; anybody may cancel it.
final class WorkerRun {
    private final StreamEntry entry;
    private final JobMessage message;
    private final boolean second;
    private final long since = System.nanoTime();
    private volatile @Nullable ScriptJob job;
    private volatile @Nullable Future<?> end;
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

    /// It is about to begin.
    ///
    /// @return false if it was taken back before
    boolean begins(ScriptJob itsJob) {
        this.job = itsJob;
        return !cancelled;
    }

    /// It has begun, and ends at once if it was taken back meanwhile.
    void began(Future<?> itsEnd) {
        this.end = itsEnd;
        if (cancelled) {
            itsEnd.cancel(false);
        }
    }

    /// Whether it runs that very job.
    @SuppressWarnings("ReferenceEquality") // two runs may have equal jobs
    boolean runs(ScriptJob that) {
        return job == that;
    }

    void cancel() {
        cancelled = true;
        Future<?> running = end;
        if (running != null) {
            running.cancel(false);
        }
    }
}
