package io.circles.server.metrics;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import java.time.Duration;

/// Runs a circle's scripts elsewhere and counts what they come to, each run of a job that is run
/// again too. Thread-safe.
///
/// @param scripts runs them; stays open when this is closed
public record CountedScripts(ScriptExecutor scripts, CircleMetrics metrics)
        implements ScriptExecutor {
    @Override
    public ScriptOutcome execute(ScriptJob job) throws InterruptedException {
        String outcome = ErrorCode.INTERNAL_ERROR.kind();
        try {
            ScriptOutcome result = scripts.execute(job);
            outcome = "ok";
            return result;
        } catch (CircleException e) {
            outcome = e.code().kind();
            throw e;
        } catch (InterruptedException e) {
            outcome = ErrorCode.CANCELLED.kind();
            throw e;
        } finally {
            metrics.ran(outcome);
        }
    }

    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return scripts.awaitReady(atMost);
    }

    @Override
    public String description() {
        return scripts.description();
    }

    @Override
    public void close() {
        // they are the host's
    }
}
