package io.circles.script.engine;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;

/// Runs scripts in this process on GraalJS: each in a fresh context, on a platform thread, under
/// the job's limits, without any access to the host.
///
/// It can bound what a script uses, and cannot end every script: some built-in functions of the
/// engine never look whether they are to stop. The caller gets its answer in time all the same. The
/// thread is given up and replaced, as many at a time as there are threads; past that, and with no
/// thread left, jobs fail with [ErrorCode#NO_WORKER] until one comes back. A thread that was given
/// up still uses a processor and memory, so run strangers' scripts in processes that can be killed.
///
/// Thread-safe. Closing takes a second at most; the engine of a script that does not end goes with
/// the process.
public final class GraalScriptExecutor implements ScriptExecutor {
    private final Tasks tasks = new Tasks(this::isIdle);
    private final ScriptThreads threads;
    private final LimitGuard guard;

    /// Starts the threads.
    ///
    /// @param threads how many scripts run at once, 1 or more
    /// @param waiting how many more jobs may wait for a thread, 0 or more; what comes then fails
    ///     with [ErrorCode#BUSY]
    public GraalScriptExecutor(int threads, int waiting) {
        if (threads < 1 || waiting < 0) {
            throw new IllegalArgumentException("threads are 1 or more and waiting jobs 0 or more");
        }
        this.threads = new ScriptThreads(threads, waiting, this::run);
        this.guard = new LimitGuard(this.threads::abandon);
        this.guard.start();
        this.threads.start();
    }

    private boolean isIdle() {
        return threads.isIdle();
    }

    private void run(ScriptRun run) {
        run.execute(tasks, guard);
    }

    @Override
    public ScriptOutcome execute(ScriptJob job) throws InterruptedException {
        ScriptRun run = new ScriptRun(job);
        threads.submit(run);
        try {
            if (!run.awaitStart() && threads.withdraw(run)) {
                throw new CircleException(
                        ErrorCode.BUSY, "Busy: no script thread became free in time");
            }
            return run.awaitOutcome();
        } catch (InterruptedException e) {
            if (!threads.withdraw(run)) {
                run.stop(new CircleException(ErrorCode.CANCELLED));
            }
            throw e;
        }
    }

    /// `compiled (…)` or `interpreted (…)`: without GraalVM's compiler heavy scripts are ten times
    /// slower.
    @Override
    public String description() {
        return tasks.description();
    }

    @Override
    public void close() {
        threads.close();
        guard.close();
        tasks.close();
        if (threads.isQuiet()) {
            tasks.closeEngine();
        }
    }
}
