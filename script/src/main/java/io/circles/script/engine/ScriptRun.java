package io.circles.script.engine;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptResult;
import io.circles.script.ScriptTask;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One job on its way through the executor.
///
/// Its caller waits for `started` and `outcome`; a script thread runs `execute`; the guard calls
/// `enforce`; anyone may `stop` it. `lock` guards the fields below it: the first reason to stop
/// wins, a context is closed from outside only while its script runs, and on a thread of its own,
/// because closing does not return before the script does. The script thread waits for it
/// (`closing`), so that an interrupt meant for this script never reaches the next.
final class ScriptRun {
    private static final Logger log = LoggerFactory.getLogger(ScriptRun.class);

    enum Answer {
        NONE_DUE,
        OVERDUE
    }

    private final ScriptJob job;
    private final @Nullable String argsText;
    private final CountDownLatch started = new CountDownLatch(1);
    private final CompletableFuture<ScriptResult> outcome = new CompletableFuture<>();

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ScriptContext context;
    private @Nullable ThreadMeter meter;
    private @Nullable CircleException stopReason;
    private @Nullable CompletableFuture<?> closing;
    private long stoppedAt;
    private boolean ended;

    /// @throws CircleException if the job is too big
    ScriptRun(ScriptJob job) {
        this.job = job;
        this.argsText = job.argsText();
        job.limits().checkInput(source(), argsText);
    }

    private String source() {
        return job.task() instanceof ScriptTask.Play play ? play.source() : "";
    }

    String id() {
        return job.id();
    }

    ScriptJob job() {
        return job;
    }

    /// Who takes turns with others: a caller in a circle.
    Object owner() {
        return new Owner(job.environment().circle(), job.caller());
    }

    private record Owner(PublicKey circle, Caller caller) {}

    // ---------------------------------------------------------------- the caller

    /// Waits as long as the script might run.
    ///
    /// @return whether it started
    boolean awaitStart() throws InterruptedException {
        return started.await(job.limits().wallMs(), TimeUnit.MILLISECONDS);
    }

    ScriptResult awaitResult() throws InterruptedException {
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CircleException failure) {
                throw failure;
            }
            throw EngineFailure.of(e.getCause());
        }
    }

    /// Has the action done on the thread that ends the run, before that thread does anything else.
    void whenDone(BiConsumer<? super @Nullable ScriptResult, ? super @Nullable Throwable> action) {
        var _ = outcome.whenComplete(action);
    }

    // ---------------------------------------------------------------- anyone

    /// Ends the run without a result, unless it has ended. A script that was told to stop has
    /// failed for that reason, whatever came of it.
    ///
    /// @return false if it had ended
    boolean fail(Throwable failure) {
        CircleException reason = stopReason();
        boolean first = outcome.completeExceptionally(reason != null ? reason : asLimit(failure));
        started.countDown();
        return first;
    }

    /// What the script did to the whole JVM was its own fault.
    private Throwable asLimit(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            long limit = job.limits().memoryBytes();
            return ScriptLimits.exceeded(ErrorCode.MEMORY, limit, limit, "bytes allocated");
        }
        return failure;
    }

    /// Tells the script to stop; its caller gets that reason, unless there was one before. Does not
    /// wait. Without effect when the script has ended.
    void stop(CircleException reason) {
        lock.lock();
        try {
            if (ended || stopReason != null) {
                return;
            }
            stopReason = reason;
            stoppedAt = System.nanoTime();
            if (context != null) {
                closing = CompletableFuture.runAsync(context::cancel, ScriptRun::onNewThread);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void onNewThread(Runnable task) {
        Thread.ofPlatform().daemon().name("script-stop").start(task);
    }

    // ---------------------------------------------------------------- the guard

    /// Stops the run if it is past a limit.
    ///
    /// @param grace how long a script may take to answer when it is told to stop
    Answer enforce(Duration grace) {
        CircleException exceeded = null;
        lock.lock();
        try {
            if (stopReason != null) {
                return System.nanoTime() - stoppedAt > grace.toNanos()
                        ? Answer.OVERDUE
                        : Answer.NONE_DUE;
            }
            exceeded = meter == null ? null : ThreadMeter.exceeded(meter.usage(), job.limits());
        } finally {
            lock.unlock();
        }
        if (exceeded != null) {
            stop(exceeded);
        }
        return Answer.NONE_DUE;
    }

    /// Answers the caller in place of a script that does not end.
    void giveUp() {
        fail(new CircleException(ErrorCode.CANCELLED));
    }

    private @Nullable CircleException stopReason() {
        lock.lock();
        try {
            return stopReason;
        } finally {
            lock.unlock();
        }
    }

    // ---------------------------------------------------------------- the script thread

    /// Runs the script. Whatever happens, the caller has its answer afterwards.
    void execute(ScriptContexts contexts, LimitGuard guard) {
        started.countDown();
        try (ScriptContext fresh = contexts.open(job.limits())) {
            ScriptResult result = measured(fresh, contexts, guard);
            CircleException reason = stopReason();
            if (reason != null) {
                throw reason;
            }
            outcome.complete(result);
        } catch (RuntimeException | Error e) {
            if (!fail(e)) {
                log.atWarn()
                        .addKeyValue("job", id())
                        .setCause(EngineFailure.of(e))
                        .log("a context was not closed");
            }
        }
    }

    private ScriptResult measured(ScriptContext fresh, ScriptContexts contexts, LimitGuard guard) {
        ThreadMeter begun = begin(fresh);
        guard.add(this);
        try {
            ScriptResult result = fresh.play(job, argsText, contexts.source(source()), begun);
            CircleException exceeded = ThreadMeter.exceeded(result.usage(), job.limits());
            if (exceeded != null) {
                throw exceeded;
            }
            return result;
        } finally {
            end();
            guard.remove(this);
        }
    }

    private ThreadMeter begin(ScriptContext fresh) {
        lock.lock();
        try {
            if (stopReason != null) {
                throw stopReason;
            }
            context = fresh;
            meter = ThreadMeter.start();
            return meter;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        CompletableFuture<?> stopping;
        lock.lock();
        try {
            ended = true;
            stopping = closing;
        } finally {
            lock.unlock();
        }
        if (stopping != null) {
            stopping.exceptionally(e -> null).join();
        }
    }
}
