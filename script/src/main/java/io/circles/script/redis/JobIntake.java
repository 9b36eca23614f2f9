package io.circles.script.redis;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.wire.JobCodec;
import io.circles.script.wire.OutcomeCodec;
import io.circles.script.wire.UnreadableMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/// Takes entries of the streams of jobs: refuses what is none of ours, runs the rest and hands on
/// the answers. Thread-safe; no thread of its own waits for a job that runs.
final class JobIntake {
    private static final Logger log = LoggerFactory.getLogger(JobIntake.class);

    /// How much longer than their jobs the marks live that keep those from being taken twice.
    private static final Duration BEYOND = Duration.ofMinutes(1);

    private final RedisConnections connections;
    private final ScriptExecutor executor;
    private final FetchedEnvironments environments;
    private final WorkerRuns runs;
    private final AnswerSender answers;
    private final JobCodec codec = new JobCodec();
    private final Notices notices = new Notices(System::nanoTime);

    JobIntake(
            RedisConnections connections,
            ScriptExecutor executor,
            FetchedEnvironments environments,
            WorkerRuns runs,
            AnswerSender answers) {
        this.connections = connections;
        this.executor = executor;
        this.environments = environments;
        this.runs = runs;
        this.answers = answers;
    }

    /// Takes entries that nobody had before.
    void take(List<StreamEntry> entries, RedisLink link) {
        List<WorkerRun> opened = new ArrayList<>();
        for (StreamEntry entry : entries) {
            open(entry).ifPresent(job -> opened.add(new WorkerRun(entry, job, false)));
        }
        List<@Nullable Object> marks = mark(opened, link);
        for (int i = 0; i < marks.size(); i++) {
            if (Objects.equals(marks.get(i), 1L)) {
                start(opened.get(i));
            } else if (Objects.equals(marks.get(i), 0L)) {
                refuse(opened.get(i).entry(), "it was taken before");
            }
        }
    }

    /// Marks them, and says how long the marks last, all or nothing.
    ///
    /// @return what each mark came to, 1 where there was none; empty where Redis takes no marks:
    ///     then somebody takes the jobs over when it does again
    private List<@Nullable Object> mark(List<WorkerRun> opened, RedisLink link) {
        if (opened.isEmpty()) {
            return List.of();
        }
        Map<String, Instant> lasting = new HashMap<>();
        link.begin();
        for (WorkerRun run : opened) {
            link.send(Command.HSETNX, marks(run), number(run), run.entry().id());
            lasting.put(marks(run), marksLast(run));
        }
        lasting.forEach((key, until) -> link.send(Command.PEXPIREAT, key, until.toEpochMilli()));
        try {
            return link.commit().subList(0, opened.size());
        } catch (RedisFailure e) {
            if (e.isLost()) {
                throw e;
            }
            return List.of();
        }
    }

    /// Where the mark of a run stands: with those of others that are past their time together.
    private String marks(WorkerRun run) {
        return connections.name(
                Names.taken(run.message().run().node(), run.message().answerBy().getEpochSecond()));
    }

    private static String number(WorkerRun run) {
        return Long.toString(run.message().run().number());
    }

    private static Instant marksLast(WorkerRun run) {
        return run.message().answerBy().truncatedTo(ChronoUnit.SECONDS).plus(BEYOND);
    }

    /// Takes an entry over from a worker that is gone.
    ///
    /// @param commands for its marks
    /// @param deliveries how often it was delivered before
    void takeOver(StreamEntry entry, long deliveries, ShortCommands commands, RedisLink link) {
        Optional<JobMessage> opened = open(entry);
        if (opened.isEmpty()) {
            return;
        }
        WorkerRun run = new WorkerRun(entry, opened.get(), true);
        byte[] mark = RedisLink.bytes(entry.id());
        if (!commands.claim(marks(run), number(run), mark, marksLast(run))) {
            refuse(entry, "it was taken before");
        } else if (deliveries > 1) {
            bury(run, link);
        } else if (mayDepart(run, commands)) {
            count(entry, deliveries + 1, link);
            start(run);
        } else {
            fail(run, "it ended after the script had sent a request to another machine");
        }
    }

    /// A delivery counts when nothing can come between it and the run any more.
    private void count(StreamEntry entry, long deliveries, RedisLink link) {
        link.ask(
                Command.XCLAIM,
                entry.stream(),
                Names.GROUP,
                connections.self(),
                0,
                entry.id(),
                "RETRYCOUNT",
                deliveries,
                "JUSTID");
    }

    /// Says that a run may send to other machines now: from then on no other worker runs it.
    ///
    /// @return false if another worker has taken it over
    boolean mayDepart(WorkerRun run, ShortCommands commands) {
        return commands.claim(
                connections.name(Names.departure(run.message().run())),
                RedisLink.bytes(connections.self()),
                life(run));
    }

    private long life(WorkerRun run) {
        Instant now = connections.clock().instant();
        return Duration.between(now, run.message().answerBy()).plus(BEYOND).toMillis();
    }

    private void bury(WorkerRun run, RedisLink link) {
        DeadLetters.write(run, "it has ended two workers", connections, link);
        log.atWarn()
                .addKeyValue("run", run.message().run())
                .addKeyValue("circle", run.message().circle())
                .log("a job has ended two workers and is given up");
        fail(run, "the script has ended two of them");
    }

    private void fail(WorkerRun run, String why) {
        if (!runs.add(run)) {
            answers.put(Finished.refused(run.entry()));
        } else {
            CircleException lost =
                    new CircleException(ErrorCode.WORKER_LOST, "Worker lost: " + why);
            answers.put(Finished.run(run, Optional.of(() -> failure(run, lost))));
        }
    }

    private Optional<JobMessage> open(StreamEntry entry) {
        try {
            return Optional.of(
                    JobMessage.read(
                            connections.seal().open(Purpose.JOB, entry.stream(), entry.message())));
        } catch (RefusedMessage | UnreadableMessage e) {
            if (notices.isDue(entry.stream() + " " + RefusedMessage.kind(e))) {
                log.atWarn()
                        .addKeyValue("stream", entry.stream())
                        .addKeyValue("why", e.getMessage())
                        .log("jobs are refused" + RefusedMessage.advice(e));
            }
            answers.put(Finished.refused(entry));
            return Optional.empty();
        }
    }

    private void refuse(StreamEntry entry, String why) {
        log.atWarn()
                .addKeyValue("stream", entry.stream())
                .addKeyValue("entry", entry.id())
                .addKeyValue("why", why)
                .log("a job is refused");
        answers.put(Finished.refused(entry));
    }

    private void start(WorkerRun run) {
        if (!runs.add(run)) {
            answers.put(Finished.refused(run.entry()));
            return;
        }
        Optional<ScriptEnvironment> here = environments.here(run.message());
        if (here.isPresent()) {
            begin(run, here::get);
        } else {
            var _ =
                    Thread.ofVirtual()
                            .name("redis-environment")
                            .start(() -> begin(run, () -> environments.of(run.message())));
        }
    }

    /// Whatever happens, the node gets an answer and the worker has a place again.
    private void begin(WorkerRun run, Supplier<ScriptEnvironment> environment) {
        CompletableFuture<ScriptOutcome> end = begun(run, environment);
        var _ =
                end.whenComplete(
                        (outcome, why) ->
                                answers.put(
                                        Finished.run(
                                                run,
                                                why == null
                                                        ? Optional.of(() -> success(run, outcome))
                                                        : failure(run, why))));
        run.began(end);
    }

    private CompletableFuture<ScriptOutcome> begun(
            WorkerRun run, Supplier<ScriptEnvironment> environment) {
        try {
            ScriptJob job = job(run, environment);
            return run.begins(job)
                    ? executor.begin(job)
                    : CompletableFuture.failedFuture(new CancellationException());
        } catch (UnreadableMessage | RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /// Called by the thread that sends to all: an answer that cannot be written must not hold up
    /// others.
    private static RpcMessage success(WorkerRun run, ScriptOutcome outcome) {
        try {
            return new RpcMessage.Success(id(run), OutcomeCodec.encode(outcome));
        } catch (RuntimeException | Error e) {
            failed(run, e);
            return failure(run, new CircleException(ErrorCode.INTERNAL_ERROR));
        }
    }

    /// What a node is told, which waits for nothing that it has taken back.
    private static Optional<Supplier<RpcMessage>> failure(WorkerRun run, Throwable why) {
        return switch (why) {
            case CancellationException _ -> Optional.empty();
            case CircleException e -> Optional.of(() -> failure(run, e));
            default -> {
                failed(run, why);
                yield Optional.of(
                        () -> failure(run, new CircleException(ErrorCode.INTERNAL_ERROR)));
            }
        };
    }

    private static void failed(WorkerRun run, Throwable why) {
        log.atError()
                .addKeyValue("run", run.message().run())
                .setCause(why)
                .log("a job failed in the worker");
    }

    private static RpcMessage failure(WorkerRun run, CircleException e) {
        return new RpcMessage.Failure(id(run), e.error());
    }

    private static RpcId id(WorkerRun run) {
        return RpcId.of(run.message().run().number());
    }

    /// The job, if there is time for it.
    private ScriptJob job(WorkerRun run, Supplier<ScriptEnvironment> environment)
            throws UnreadableMessage {
        Instant now = connections.clock().instant();
        if (!run.isSecond() && now.isAfter(run.message().startBy())) {
            throw new CircleException(ErrorCode.BUSY, "Busy: no worker became free in time");
        }
        return run.message().job(codec, environment.get());
    }
}
