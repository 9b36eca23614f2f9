package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcFrame;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage;
import io.circles.script.ScriptEnvironment;
import io.circles.script.contract.Plays;
import io.circles.script.wire.MessageText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Protocol.Command;

/// Single steps of what nodes and workers do, on connections that a test has in its hand.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@Tag("waiting")
class RedisStepsIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int OLD = 250;

    /// What Redis cuts off of a stream are whole nodes of a hundred entries.
    private static final long A_NODE = 100;

    private final RedisServer redis = RedisServer.start();
    private final RedisConnections connections = redis.connections("steps");
    private final String jobs = connections.ofThisKey(Names.JOBS);
    private final JobSender sender = new JobSender(connections);
    private final Dispatch dispatch = new Dispatch(8, sender);

    @BeforeEach
    void open() {
        sender.serve(dispatch);
        dispatch.redisFound();
        dispatch.staff(List.of(new WorkerNote(8, 8, Set.of())));
    }

    @AfterEach
    void close() {
        redis.close();
    }

    private RemoteRun submit(String source) {
        return dispatch.submit(Plays.job(source));
    }

    private static ErrorCode code(RemoteRun run) {
        assertThat(run.step()).isInstanceOf(RemoteRun.Failed.class);
        return ((RemoteRun.Failed) run.step()).failure().code();
    }

    @Test
    void aBatchThatRedisDoesNotGetFailsAtOnceAndWhatWasTakenBackStaysTakenBack() throws Exception {
        RemoteRun unwanted = submit("1");
        try (RedisLink link = connections.open()) {
            sender.step(link);
            dispatch.abandon(unwanted);
            String large = "'" + "x".repeat(60_000) + "'";
            List<RemoteRun> batch = Stream.generate(() -> submit(large)).limit(3).toList();
            redis.process().kill();

            assertThatThrownBy(() -> sender.step(link)).isInstanceOf(RedisFailure.class);
            assertThat(batch)
                    .allSatisfy(run -> assertThat(code(run)).isEqualTo(ErrorCode.WORKER_LOST));
        }
        redis.process().begin();
        try (RedisLink link = connections.open()) {
            sender.step(link);
            assertThat(cancelled(link)).contains(new RunKey(connections.self(), unwanted.number()));
        }
    }

    private List<RunKey> cancelled(RedisLink link) throws Exception {
        String stream = connections.name(Names.CANCELS);
        List<RunKey> runs = new ArrayList<>();
        for (StreamEntry entry :
                StreamEntry.of(stream, link.ask(Command.XRANGE, stream, "-", "+"))) {
            runs.add(
                    JobMessage.cancelled(
                            connections.seal().open(Purpose.CANCEL, stream, entry.message())));
        }
        return runs;
    }

    @Test
    @SuppressWarnings("NullAway") // what cannot be is what cannot be written
    void aJobThatCannotBeWrittenFailsAlone() throws Exception {
        try (RedisLink link = connections.open()) {
            RemoteRun broken = dispatch.submit(Plays.job((String) null));
            RemoteRun whole = submit("1");
            sender.step(link);

            assertThat(code(broken)).isEqualTo(ErrorCode.INTERNAL_ERROR);
            assertThat(whole.step()).isInstanceOf(RemoteRun.Sent.class);
            assertThat(link.ask(Command.XLEN, jobs)).isEqualTo(1L);
        }
    }

    @Test
    void aStreamKeepsNoJobPastItsTimeAndIsGoneWhenNobodyUsesIt() throws Exception {
        try (RedisLink link = connections.open()) {
            for (int i = 1; i <= OLD; i++) {
                link.send(Command.XADD, jobs, i + "-1", Names.MESSAGE, "old");
            }
            var _ = link.answers();
            submit("1");
            sender.step(link);

            assertThat((Long) link.ask(Command.XLEN, jobs)).isBetween(1L, A_NODE);
            assertThat((Long) link.ask(Command.PTTL, jobs))
                    .isBetween(1L, JobStreams.LIFE.toMillis());
        }
    }

    @Test
    void anErrorDoesNotEndAThread() {
        AtomicInteger steps = new AtomicInteger();
        RedisThread.Work work =
                link -> {
                    if (steps.incrementAndGet() == 1) {
                        throw new OutOfMemoryError("of a test");
                    }
                    link.ask(Command.PING);
                };
        try (RedisThread _ = new RedisThread("redis-test", connections, work).start()) {
            await().atMost(LONG).until(() -> steps.get() > 1);
        }
    }

    @Test
    void aJobIsTakenOverWhenItsWorkerCouldHaveRenewedItAndCountsWhenItIsRun() throws Exception {
        JobStreams streams = new JobStreams(Set.of(), connections);
        try (RedisLink link = connections.open()) {
            streams.create(link);
            submit("1");
            sender.step(link);
            leaveTo("another", link);
            JobKeeper keeper = keeper(streams, closed());
            long since = System.nanoTime();
            keeper.connected(link);

            assertThatThrownBy(
                            () -> {
                                while (true) {
                                    keeper.step(link);
                                }
                            })
                    .as("that its mark cannot be set")
                    .isInstanceOf(RedisFailure.class);
            assertThat(System.nanoTime() - since).isGreaterThan(JobKeeper.LEASE.toNanos());
            assertThat(pending(link).getLast()).as("deliveries").isEqualTo(1L);
        }
    }

    /// Has a worker take the only job, and say nothing for long.
    private void leaveTo(String worker, RedisLink link) {
        link.ask(
                Command.XREADGROUP, "GROUP", Names.GROUP, worker, "COUNT", 1, "STREAMS", jobs, ">");
        String id = RedisLink.text(pending(link).getFirst());
        link.ask(
                Command.XCLAIM,
                jobs,
                Names.GROUP,
                worker,
                0,
                id,
                "IDLE",
                LONG.toMillis(),
                "JUSTID");
    }

    /// Its id, whose it is, for how long and how often it was delivered.
    private List<?> pending(RedisLink link) {
        Object all = link.ask(Command.XPENDING, jobs, Names.GROUP, "-", "+", 1);
        return RedisLink.list(RedisLink.list(all).getFirst());
    }

    private ShortCommands closed() {
        ShortCommands commands = connections.shortCommands();
        commands.close();
        return commands;
    }

    private JobKeeper keeper(JobStreams streams, ShortCommands commands) {
        CountingExecutor executor = new CountingExecutor();
        WorkerRuns runs = new WorkerRuns(1, 1);
        JobIntake intake =
                new JobIntake(
                        connections,
                        executor,
                        new FetchedEnvironments(connections, commands, _ -> Optional.empty()),
                        runs,
                        new AnswerSender(connections, runs));
        WorkerNote note = new WorkerNote(1, 1, Set.of());
        return new JobKeeper(connections, note, streams, runs, intake, commands, executor);
    }

    @Test
    void whatRedisSaysIsNotToldToCallers() throws Exception {
        FetchedEnvironments environments =
                new FetchedEnvironments(connections, closed(), _ -> Optional.empty());
        JobMessage job = JobMessages.of(new RunKey("node", 1), Instant.MAX);

        assertThat(catchThrowableOfType(CircleException.class, () -> environments.of(job)))
                .hasMessage("No worker: Redis does not give it the circle's module");
    }

    @Test
    void theAnswersThatAreReadyForANodeAreOneMessageAndLateOnesNone() throws Exception {
        AnswerSender answers = new AnswerSender(connections, new WorkerRuns(8, 8));
        try (RedisLink link = connections.open()) {
            Instant now = connections.clock().instant();
            answers.put(finished(1, "here", now.plusSeconds(60)));
            answers.put(finished(2, "there", now.plusSeconds(60)));
            answers.put(finished(3, "here", now.minusSeconds(1)));
            answers.put(finished(4, "here", now.plusSeconds(90)));
            answers.step(link);

            assertThat(answered("here", link)).containsExactly(List.of("1", "4"));
            assertThat(answered("there", link)).containsExactly(List.of("2"));
        }
    }

    private Finished finished(long number, String node, Instant answerBy) throws Exception {
        JobMessage job = JobMessages.of(new RunKey(node, number), answerBy);
        WorkerRun run =
                new WorkerRun(new StreamEntry(jobs, number + "-1", new byte[0]), job, false);
        RpcMessage answer = new RpcMessage.Success(RpcId.of(number), Json.tree("done"));
        return Finished.run(run, Optional.of(() -> answer));
    }

    /// The ids in each message for a node.
    private List<List<String>> answered(String node, RedisLink link) throws Exception {
        String stream = connections.name(Names.answers(node));
        List<List<String>> messages = new ArrayList<>();
        for (StreamEntry entry :
                StreamEntry.of(stream, link.ask(Command.XRANGE, stream, "-", "+"))) {
            Message message = connections.seal().open(Purpose.ANSWER, stream, entry.message());
            List<String> ids = new ArrayList<>();
            for (RpcFrame.Item item : MessageText.items(message.body(), 8)) {
                if (MessageText.read(item) instanceof RpcMessage.Success success) {
                    ids.add(success.id().json());
                }
            }
            messages.add(ids);
        }
        return messages;
    }

    @Test
    void anEnvironmentThatAWorkerMissesIsStoredAgainAndNoOther() {
        StoredEnvironments stored = new StoredEnvironments(connections);
        ScriptEnvironment missed = ScriptEnvironment.of(Plays.CIRCLE, "missed");
        ScriptEnvironment other = ScriptEnvironment.of(Plays.CIRCLE, "other");
        try (RedisLink link = connections.open()) {
            String missedName = connections.ofThisKey(Names.environment(stored.hash(missed, link)));
            String otherName = connections.ofThisKey(Names.environment(stored.hash(other, link)));
            link.ask(Command.DEL, missedName, otherName);
            stored.forget(missed);
            stored.hash(missed, link);
            stored.hash(other, link);

            assertThat(link.ask(Command.EXISTS, missedName)).isEqualTo(1L);
            assertThat(link.ask(Command.EXISTS, otherName)).isEqualTo(0L);
        }
    }
}
