package io.circles.script.redis;

import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.queue.Queued;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// A job on its way to a worker behind Redis and back.
///
/// Its caller's thread, blocked in the executor, reads `step` until it is the last one; under the
/// lock of [Dispatch] alone `step` changes.
final class RemoteRun implements Queued {
    /// What an answer may take beyond the wall times: the way there and back, and a script that
    /// does not stop at once.
    static final Duration GRACE = Duration.ofSeconds(2);

    /// How far it has come.
    sealed interface Step {}

    /// It waits for its turn.
    record Waiting() implements Step {}

    /// It is to be written to a stream.
    record Assigned(Route route) implements Step {}

    /// It was written, or is just being written.
    record Sent(Route route) implements Step {}

    /// It has its result.
    record Done(ScriptOutcome outcome) implements Step {}

    /// It has failed.
    record Failed(CircleException failure) implements Step {}

    private final ScriptJob job;
    private final long number;
    private final long submittedAt;
    private final Thread caller = Thread.currentThread();
    private volatile Step step = new Waiting();

    /// @param submittedAt by the system's nano time
    RemoteRun(ScriptJob job, long number, long submittedAt) {
        this.job = job;
        this.number = number;
        this.submittedAt = submittedAt;
    }

    ScriptJob job() {
        return job;
    }

    long number() {
        return number;
    }

    @Override
    public PublicKey circle() {
        return job.environment().circle();
    }

    @Override
    public Caller caller() {
        return job.caller();
    }

    /// How long it has been here, in nanoseconds.
    long age(long now) {
        return now - submittedAt;
    }

    /// How long it may wait for its start: its wall time.
    Duration mayWait() {
        return Duration.ofMillis(job.limits().wallMs());
    }

    /// When its caller gets an answer at the latest, counted from its coming: after it has waited
    /// and run as long as it may. A module that has to be loaded first may take as long again.
    Duration mayTake() {
        int times = job.environment().module().isPresent() ? 3 : 2;
        return Duration.ofMillis(times * job.limits().wallMs()).plus(GRACE);
    }

    Step step() {
        return step;
    }

    void step(Step next) {
        step = next;
        if (isOver()) {
            LockSupport.unpark(caller);
        }
    }

    boolean isOver() {
        return step instanceof Done || step instanceof Failed;
    }
}
