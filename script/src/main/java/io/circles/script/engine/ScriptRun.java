package io.circles.script.engine;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptTask;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.graalvm.polyglot.PolyglotException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One job on its way through the executor.
///
/// Its caller waits for `started` and `outcome`; a script thread runs `execute`; the guard calls
/// `enforce`; anyone may `stop` it, which `control` takes care of.
final class ScriptRun {
    private static final Logger log = LoggerFactory.getLogger(ScriptRun.class);

    enum Answer {
        NONE_DUE,
        OVERDUE
    }

    private final ScriptJob job;
    private final CountDownLatch started = new CountDownLatch(1);
    private final CompletableFuture<ScriptOutcome> outcome = new CompletableFuture<>();

    private final RunControl control = new RunControl();
    private volatile boolean sentHttp;
    private volatile boolean asleep;

    /// The guard's own.
    private boolean isNew = true;

    private boolean heavy;

    /// @throws CircleException if the job is too big
    ScriptRun(ScriptJob job) {
        this.job = job;
        String source = job.task() instanceof ScriptTask.Play play ? play.source() : "";
        job.limits().checkInput(source, job.args());
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

    ScriptOutcome awaitOutcome() throws InterruptedException {
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
    void whenDone(BiConsumer<? super @Nullable ScriptOutcome, ? super @Nullable Throwable> action) {
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
        control.stop(reason);
    }

    /// Has the script stop for that reason if it can be stopped: otherwise it goes on under its
    /// limits. Does not wait.
    void ask(CircleException reason) {
        control.ask(reason);
    }

    // ---------------------------------------------------------------- the guard

    /// Whether this was not asked before.
    boolean isNew() {
        boolean before = isNew;
        isNew = false;
        return before;
    }

    /// Whether the run has used much and had not when this was asked before.
    boolean hasBecomeHeavy() {
        boolean before = heavy;
        heavy = before || control.usesMuch();
        return heavy && !before;
    }

    /// Stops the run if it is past a limit.
    ///
    /// @param grace how long a script may take to answer when it is told to stop
    Answer enforce(Duration grace) {
        if (!control.mustStop()) {
            CircleException exceeded = control.exceeded(job.limits());
            if (exceeded != null) {
                stop(exceeded);
            }
            return Answer.NONE_DUE;
        }
        return control.stoppedFor(grace) ? Answer.OVERDUE : Answer.NONE_DUE;
    }

    /// Answers the caller in place of a script that does not end.
    void giveUp() {
        fail(new CircleException(ErrorCode.CANCELLED));
    }

    /// Why it is to stop; null while it may go on.
    @Nullable CircleException stopReason() {
        return control.stopReason();
    }

    // ---------------------------------------------------------------- the script thread

    /// Runs the script. Whatever happens, the caller has its answer afterwards.
    void execute(Tasks tasks, LimitGuard guard) {
        started.countDown();
        try {
            tasks.prepare();
            ScriptOutcome result = watched(tasks, guard);
            CircleException reason = stopReason();
            if (reason != null && control.mustStop()) {
                throw reason;
            }
            outcome.complete(result);
        } catch (RuntimeException | Error e) {
            if (!fail(e)) {
                log.atWarn()
                        .addKeyValue("job", id())
                        .setCause(EngineFailure.of(e))
                        .log("a realm was not closed");
            }
        }
    }

    private ScriptOutcome watched(Tasks tasks, LimitGuard guard) {
        restartMeter();
        guard.add(this);
        try {
            ScriptOutcome result = tasks.run(this);
            CircleException exceeded = ThreadMeter.exceeded(result.result().usage(), job.limits());
            if (exceeded != null) {
                throw exceeded;
            }
            return result;
        } finally {
            control.end();
            guard.remove(this);
        }
    }

    /// Measures from now on: what it took to come here was not the script's.
    void restartMeter() {
        control.measureFromNow();
    }

    /// What the run has used.
    CircleApi.Usage usage() {
        return control.meter().usage();
    }

    /// When it is to have ended, on the clock of [System#nanoTime()].
    long deadlineNanos() {
        return control.meter().startedAt() + TimeUnit.MILLISECONDS.toNanos(job.limits().wallMs());
    }

    /// Whether it waits for a timer or an answer from outside, and needs no processor.
    boolean isAsleep() {
        return asleep;
    }

    /// A loop that ends when the run is to stop.
    EventLoop newLoop() {
        return new EventLoop(this::stopReason, sleeps -> asleep = sleeps);
    }

    /// Uses a realm in a way that can be stopped, under the limits.
    ///
    /// @param use of the host's functions; null when they cannot be used
    /// @throws CircleException if the script threw or was stopped
    <T> T guarded(Realm realm, HostCalls.@Nullable Use use, Supplier<T> work) {
        RunControl.Used used = control.enter(realm, use == null ? null : use.loop());
        realm.begin(use);
        try {
            T result = work.get();
            if (realm.hasOverflowed()) {
                throw ScriptErrors.stack();
            }
            return result;
        } catch (PolyglotException e) {
            throw ScriptErrors.of(e, job.limits(), usage(), realm::describe);
        } finally {
            realm.end();
            control.leave(used);
        }
    }

    /// Says that a request leaves for another machine.
    void sendsHttp() {
        sentHttp = true;
    }

    boolean sentHttp() {
        return sentHttp;
    }
}
