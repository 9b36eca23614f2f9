package io.circles.script.worker;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;

/// What becomes of a run whose worker has ended without answering it.
enum Fate {
    /// The worker never saw it.
    NOT_BEGUN,
    /// Another has ended the worker: it runs again before all others.
    AGAIN,
    /// It may be the one: it runs again by itself.
    ALONE,
    /// It has ended the worker by not ending itself.
    LATE,
    /// It has changed something elsewhere and cannot run again.
    LOST,
    /// Nobody else can have been it.
    GUILTY;

    /// Exit code of `-XX:+ExitOnOutOfMemoryError`.
    static final int OUT_OF_MEMORY = 3;

    /// @param id under which the worker had it
    /// @param guilty id of the run that has ended the worker; 0 when that is not known
    /// @param lane where the worker was
    static Fate of(PoolRun run, long id, long guilty, Lane.Kind lane) {
        if (id == guilty) {
            return LATE;
        }
        if (run.step() instanceof PoolRun.Assigned) {
            return NOT_BEGUN;
        }
        if (run.hasSentHttp()) {
            return LOST;
        }
        if (lane == Lane.Kind.SOLO) {
            return GUILTY;
        }
        return guilty != 0 && !run.wasReturned() ? AGAIN : ALONE;
    }

    static CircleException lost() {
        return new CircleException(
                ErrorCode.WORKER_LOST,
                "Worker lost: it ended after the script had sent a request to another machine");
    }

    /// The error of a run that has ended two workers.
    static CircleException guilty(ScriptJob job, int exitCode) {
        if (exitCode == OUT_OF_MEMORY) {
            long limit = job.limits().memoryBytes();
            return ScriptLimits.exceeded(ErrorCode.MEMORY, limit, limit, "bytes allocated");
        }
        return new CircleException(
                ErrorCode.WORKER_LOST, "Worker lost: the script has ended two of them");
    }

    /// The error of a run that was not answered in time.
    static CircleException late(ScriptJob job) {
        long limit = job.limits().wallMs();
        return ScriptLimits.exceeded(ErrorCode.SCRIPT_TIMEOUT, limit, limit, "ms or more");
    }
}
