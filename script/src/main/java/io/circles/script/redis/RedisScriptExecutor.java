package io.circles.script.redis;

import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptTask;
import io.circles.script.WorkerCounts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has scripts run by the workers behind a Redis: see [RedisWorker]. What it gets back is an
/// outcome that its caller commits, as with every executor.
///
/// Circles take turns, and so do the callers within a circle; what one of them may have in flight
/// and waiting is bounded, and what is too much is busy at once. A job may wait as long as its wall
/// time, and is answered within its wall times and [RemoteRun#GRACE] whatever happens to Redis and
/// the workers; nothing of it is run for nobody much later than that.
///
/// Thread-safe. It works while Redis does: connections come back by themselves. Closing takes a
/// second or two at most.
public final class RedisScriptExecutor implements ScriptExecutor {
    private static final Logger log = LoggerFactory.getLogger(RedisScriptExecutor.class);
    private static final Duration TICK = Duration.ofMillis(25);
    private static final Duration FLUSH = Duration.ofMillis(200);

    private final RedisConnections connections;
    private final Dispatch dispatch;
    private final JobSender sender;
    private final List<RedisThread> threads;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("redis-clock").factory());

    /// Begins to connect.
    ///
    /// @param waiting jobs that may wait here, 0 or more; a circle's at most a quarter of it, a
    ///     caller's an eighth, and each at least one
    public RedisScriptExecutor(RedisConnections connections, int waiting) {
        this.connections = connections;
        this.sender = new JobSender(connections);
        this.dispatch = new Dispatch(waiting, sender);
        sender.serve(dispatch);
        this.threads =
                List.of(
                        new RedisThread(
                                "redis-answers",
                                connections,
                                new AnswerReader(connections, dispatch, sender::forget)),
                        new RedisThread(
                                "redis-staff",
                                connections,
                                new StaffReader(connections, dispatch, sender::forget)),
                        new RedisThread("redis-jobs", connections, sender));
        threads.forEach(RedisThread::start);
        var _ =
                clock.scheduleWithFixedDelay(
                        this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            dispatch.tick();
        } catch (Throwable e) {
            // without the clock a caller might wait for ever
            log.atError().setCause(e).log("the clock of jobs over Redis failed");
        }
    }

    @Override
    public ScriptOutcome execute(ScriptJob job) throws InterruptedException {
        job.limits()
                .checkInput(
                        job.task() instanceof ScriptTask.Play play ? play.source() : "",
                        job.args());
        RemoteRun run = dispatch.submit(job);
        try {
            return follow(run);
        } catch (InterruptedException e) {
            dispatch.abandon(run);
            throw e;
        }
    }

    private static ScriptOutcome follow(RemoteRun run) throws InterruptedException {
        while (true) {
            switch (run.step()) {
                case RemoteRun.Waiting _, RemoteRun.Assigned _, RemoteRun.Sent _ ->
                        LockSupport.park(run);
                case RemoteRun.Done done -> {
                    return done.outcome();
                }
                case RemoteRun.Failed failed -> throw failed.failure();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /// By how many workers, and where they are met.
    @Override
    public String description() {
        int workers = dispatch.workers();
        return "by %d %s behind %s"
                .formatted(workers, workers == 1 ? "worker" : "workers", connections.address());
    }

    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return dispatch.awaitWorker(atMost);
    }

    @Override
    public Optional<WorkerCounts> workers() {
        return Optional.of(
                new WorkerCounts(dispatch.workers(), 0, dispatch.running(), dispatch.waiting()));
    }

    @Override
    public void close() {
        dispatch.close();
        var _ = clock.shutdownNow();
        sender.awaitSent(FLUSH);
        threads.forEach(RedisThread::close);
    }
}
