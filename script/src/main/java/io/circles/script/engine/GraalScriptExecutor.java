package io.circles.script.engine;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    private final Tasks tasks;
    private final ScriptThreads threads;
    private final LimitGuard guard;

    /// Starts the threads.
    ///
    /// @param threads how many scripts run at once, 1 or more
    /// @param waiting how many more jobs may wait for a thread, 0 or more; what comes then fails
    ///     with [ErrorCode#BUSY]
    public GraalScriptExecutor(int threads, int waiting) {
        this(threads, waiting, Optional.empty());
    }

    /// Starts the threads, for a process that is ended when a script does not end.
    ///
    /// @param threads how many scripts run at once, 1 or more
    /// @param waiting how many more jobs may wait for a thread, 0 or more
    /// @param watcher is told what concerns the whole process
    public GraalScriptExecutor(int threads, int waiting, RunWatcher watcher) {
        this(threads, waiting, Optional.of(watcher));
    }

    private GraalScriptExecutor(int threads, int waiting, Optional<RunWatcher> watcher) {
        if (threads < 1 || waiting < 0) {
            throw new IllegalArgumentException("threads are 1 or more and waiting jobs 0 or more");
        }
        Runnable pause = watcher.<Runnable>map(told -> told::pause).orElse(() -> {});
        this.threads = new ScriptThreads(threads, waiting, this::run, pause);
        this.tasks =
                new Tasks(
                        this.threads::isIdle, job -> watcher.ifPresent(told -> told.sending(job)));
        this.guard =
                watcher.map(
                                told ->
                                        new LimitGuard(
                                                told.grace(),
                                                run -> told.overdue(run.job()),
                                                run -> told.heavy(run.job()),
                                                () -> {
                                                    told.pause();
                                                    this.threads.relieve();
                                                }))
                        .orElseGet(
                                () -> new LimitGuard(this.threads::abandon, this.threads::relieve));
        this.guard.start();
        this.threads.start();
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

    /// A job that was submitted. Both are without effect when it has ended, and do not wait.
    public interface Submitted {
        /// Ends it; it has failed as [ErrorCode#CANCELLED].
        void cancel();

        /// Ends it if it can be ended, in the same way; otherwise it goes on under its limits, as
        /// if nobody had asked.
        void ask();
    }

    /// Runs a job without waiting for its end.
    ///
    /// @param done is told the outcome or the failure, once, on the thread that ran the script or
    ///     the one that stopped it; must not block for long
    /// @throws CircleException if the job is too big or there is no room for it
    public Submitted submit(
            ScriptJob job, BiConsumer<@Nullable ScriptOutcome, @Nullable RuntimeException> done) {
        ScriptRun run = new ScriptRun(job);
        run.whenDone((outcome, e) -> done.accept(outcome, e == null ? null : asTold(e)));
        threads.submit(run);
        return new Submitted() {
            @Override
            public void cancel() {
                end(run, run::stop);
            }

            @Override
            public void ask() {
                end(run, run::ask);
            }
        };
    }

    private static RuntimeException asTold(Throwable e) {
        return e instanceof CircleException failure ? failure : EngineFailure.of(e);
    }

    private void end(ScriptRun run, Consumer<CircleException> stop) {
        CircleException cancelled = new CircleException(ErrorCode.CANCELLED);
        if (threads.withdraw(run)) {
            run.fail(cancelled);
        } else {
            stop.accept(cancelled);
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
