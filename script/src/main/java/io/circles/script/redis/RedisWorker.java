package io.circles.script.redis;

import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/// Runs the jobs that [RedisScriptExecutor]s send through a Redis, on an executor of this process.
/// Any number of them share the jobs.
///
/// Nothing but a job that was sealed for this worker's streams is run, none past its deadline and
/// none twice, but for one whose worker is gone and had sent nothing to other machines. What comes
/// from Redis has no secrets: those, and where a circle's state is, this machine knows by itself.
///
/// Thread-safe. It works while Redis does. Closing waits some seconds for what runs, and then
/// leaves it to other workers.
public final class RedisWorker implements AutoCloseable {
    private static final int QUICK_PLACES = 128;
    private static final int PLACES_A_SLOT = 4;

    /// Longer than the pause after which the keeper speaks again.
    private static final Duration TIME_TO_SAY = Duration.ofSeconds(1);

    private final ScriptExecutor executor;
    private final ShortCommands commands;
    private final WorkerRuns runs;
    private final JobIntake intake;
    private final AnswerSender answers;
    private final JobKeeper keeping;
    private final RedisThread taker;
    private final RedisThread keeper;
    private final RedisThread canceller;
    private final RedisThread answerer;

    /// How many jobs a worker likes to have that runs so many at once: enough for quick ones to
    /// come and go without a pause.
    public static int places(int slots) {
        return Math.max(QUICK_PLACES, PLACES_A_SLOT * slots);
    }

    /// Begins to take jobs.
    ///
    /// @param executor makes what runs them; it says before the first request of a job leaves for
    ///     another machine, which then waits, and fails if that throws. It is closed with this
    /// @param slots how many scripts run at once, 1 or more
    /// @param places how many jobs are here at most, `slots` or more; see [#places(int)]
    /// @param circles the names of those whose jobs alone are taken; empty for those of all
    ///     circles that have no workers of their own
    /// @param known what this machine knows of a circle of that name; asked now and then, and what
    ///     it says is kept
    public RedisWorker(
            RedisConnections connections,
            Function<Consumer<ScriptJob>, ScriptExecutor> executor,
            int slots,
            int places,
            Set<String> circles,
            Function<String, Optional<LocalCircle>> known) {
        this.commands = connections.shortCommands();
        this.runs = new WorkerRuns(slots, places);
        this.answers = new AnswerSender(connections, runs);
        this.executor = executor.apply(this::departing);
        this.intake =
                new JobIntake(
                        connections,
                        this.executor,
                        new FetchedEnvironments(connections, commands, known),
                        runs,
                        answers);
        JobStreams streams = new JobStreams(circles, connections);
        WorkerNote note = new WorkerNote(slots, places, circles);
        this.answerer = new RedisThread("redis-answers", connections, answers).start();
        this.canceller =
                new RedisThread("redis-cancels", connections, new CancelReader(connections, runs))
                        .start();
        this.keeping =
                new JobKeeper(connections, note, streams, runs, intake, commands, this.executor);
        this.keeper = new RedisThread("redis-keeper", connections, keeping).start();
        this.taker =
                new RedisThread(
                                "redis-taker",
                                connections,
                                new JobTaker(connections, streams, runs, intake, this.executor))
                        .start();
    }

    private void departing(ScriptJob job) {
        boolean may = runs.of(job).filter(run -> intake.mayDepart(run, commands)).isPresent();
        if (!may) {
            throw new IllegalStateException("the job is another worker's by now");
        }
    }

    /// What runs them.
    public ScriptExecutor executor() {
        return executor;
    }

    /// Takes no more, says so, and waits for what runs.
    ///
    /// @return whether all has ended within that time
    public boolean drain(Duration atMost) {
        keeping.leave();
        taker.close();
        await(() -> runs.size() == 0, atMost);
        await(keeping::hasLeft, TIME_TO_SAY);
        return runs.size() == 0;
    }

    private void await(BooleanSupplier condition, Duration atMost) {
        long until = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Override
    public void close() {
        List.of(taker, keeper, canceller, answerer).forEach(RedisThread::close);
        executor.close();
        commands.close();
    }
}
