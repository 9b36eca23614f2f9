package io.circles.script.worker;

import io.circles.protocol.CircleException;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptTask;
import io.circles.script.WorkerCounts;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs scripts in child processes, so that no script can harm this one, and what a script does to
/// its process costs others a delay at most.
///
/// Circles take turns, and so do the callers within a circle; what one of them may have running and
/// waiting is bounded. When a process ends, the run that ended it gets its own error, one that had
/// sent something to another machine fails as [ErrorCode#WORKER_LOST], and all others run again. A
/// key that goes on ending processes is refused for a while.
///
/// Thread-safe. Processes start in the background; jobs wait for the first one as long as their
/// wall time allows. When it cannot be started, jobs fail with [ErrorCode#NO_WORKER] and starting
/// goes on. Closing, and the end of this process however it comes, ends them all.
public final class WorkerPool implements ScriptExecutor {
    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);
    private static final Duration TICK = Duration.ofMillis(100);

    private final Starter starter;
    private final Scheduler scheduler;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("worker-clock").factory());

    /// Begins to start the processes.
    public WorkerPool(WorkerSettings settings) {
        this(settings, _ -> {});
    }

    /// Begins to start the processes.
    ///
    /// @param departing is told of each job before its first request leaves for another machine;
    ///     may block, and when it throws the request does not leave
    public WorkerPool(WorkerSettings settings, Consumer<ScriptJob> departing) {
        this(settings, InstantSource.system(), Optional.empty(), departing);
    }

    /// @param time says how long ago somebody has ended a process
    /// @param mainClass what the processes run, if not [WorkerMain]
    WorkerPool(WorkerSettings settings, InstantSource time, Optional<String> mainClass) {
        this(settings, time, mainClass, _ -> {});
    }

    private WorkerPool(
            WorkerSettings settings,
            InstantSource time,
            Optional<String> mainClass,
            Consumer<ScriptJob> departing) {
        this.starter = new Starter(settings, mainClass.orElse(WorkerMain.class.getName()));
        this.scheduler = new Scheduler(settings, new Suspects(time), starter, clock, departing);
        scheduler.tryAgain();
        var _ =
                clock.scheduleWithFixedDelay(
                        this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            scheduler.tick();
        } catch (RuntimeException e) {
            // without the clock a process that hangs would stay
            log.atError().setCause(e).log("the clock of the workers failed");
        }
    }

    @Override
    public ScriptOutcome execute(ScriptJob job) throws InterruptedException {
        CompletableFuture<ScriptOutcome> end = begin(job);
        try {
            return end.get();
        } catch (InterruptedException e) {
            end.cancel(false);
            throw e;
        } catch (ExecutionException e) {
            throw (CircleException) e.getCause();
        }
    }

    @Override
    public CompletableFuture<ScriptOutcome> begin(ScriptJob job) {
        PoolRun run;
        try {
            job.limits()
                    .checkInput(
                            job.task() instanceof ScriptTask.Play play ? play.source() : "",
                            job.args());
            run = scheduler.submit(job);
        } catch (CircleException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        CompletableFuture<ScriptOutcome> end = run.end();
        var _ =
                end.whenComplete(
                        (_, _) -> {
                            if (end.isCancelled()) {
                                abandon(run);
                            }
                        });
        return end;
    }

    private void abandon(PoolRun run) {
        scheduler.abandon(run).ifPresent(sent -> sent.worker().cancel(sent.id()));
    }

    /// `compiled (…)` or `interpreted (…)` as the first process has said; `starting` before that.
    @Override
    public String description() {
        return starter.description().orElse("starting");
    }

    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return scheduler.awaitServing(atMost);
    }

    @Override
    public Optional<WorkerCounts> workers() {
        return Optional.of(new WorkerCounts(alive(), ended(), running(), waiting()));
    }

    /// How many processes there are, those that are starting included.
    public int alive() {
        return starter.alive();
    }

    /// How many processes have ended so far.
    public long ended() {
        return scheduler.ended();
    }

    /// How many scripts run.
    public int running() {
        return scheduler.running();
    }

    /// How many jobs wait for a thread.
    public int waiting() {
        return scheduler.waiting();
    }

    /// Process ids of the workers that serve everybody.
    List<Long> serving() {
        return scheduler.serving();
    }

    /// How many processes stand by.
    public int spares() {
        return scheduler.spares();
    }

    /// How many plays the process that has had least of them has been warmed up with.
    int coldest() {
        return scheduler.leastWarmed();
    }

    @Override
    public void close() {
        scheduler.close();
        var _ = clock.shutdownNow();
        starter.close();
    }
}
