package io.circles.script.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcFrame;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage;
import io.circles.script.LoggedLines;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptResult;
import io.circles.script.contract.CancellationContract.Call;
import io.circles.script.contract.Plays;
import io.circles.script.wire.JobCodec;
import io.circles.script.wire.MessageText;
import io.circles.script.wire.OutcomeCodec;
import io.circles.script.wire.UnreadableMessage;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Protocol.Command;

/// What somebody who can write to Redis, and has not the key, gets nodes and workers to
/// do: nothing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@Tag("waiting")
class RedisMessagesIT {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final RedisServer redis = RedisServer.start();
    private final AtomicInteger prefixes = new AtomicInteger();
    private final AtomicInteger numbers = new AtomicInteger();

    @AfterAll
    void end() {
        redis.close();
    }

    /// A worker, and one who writes to its streams.
    private final class Attack implements AutoCloseable {
        final RedisConnections connections =
                redis.connections("messages" + prefixes.incrementAndGet());
        final CountingExecutor counting = new CountingExecutor();
        final RedisLink link = connections.open();
        final StoredEnvironments environments = new StoredEnvironments(connections);
        final String node = connections.self();
        final RedisWorker worker;

        Attack(String... circles) {
            this.worker =
                    new RedisWorker(
                            connections,
                            _ -> counting,
                            4,
                            4,
                            Set.of(circles),
                            _ -> Optional.of(new LocalCircle(_ -> Optional.empty(), Map.of())));
        }

        Instant in(int seconds) {
            return connections.clock().instant().plusSeconds(seconds);
        }

        byte[] job(String stream, Instant startBy, Instant until) {
            return sealed(Purpose.JOB, stream, until, body(startBy, Plays.job("7")));
        }

        byte[] job() {
            return job(Names.JOBS, in(30), in(60));
        }

        byte[] body(Instant startBy, ScriptJob job) {
            String hash = environments.hash(job.environment(), link);
            var _ = link.answers();
            RunKey run = new RunKey(node, numbers.incrementAndGet());
            return JobMessage.written(job, run, hash, startBy, new JobCodec());
        }

        byte[] sealed(Purpose purpose, String addressee, Instant until, byte[] body) {
            return connections.seal().seal(purpose, connections.ofThisKey(addressee), until, body);
        }

        void add(String stream, byte[] message) {
            link.ask(Command.XADD, connections.ofThisKey(stream), "*", Names.MESSAGE, message);
        }

        /// Waits until nothing of a stream is left to be done.
        void awaitDone(String stream) {
            await().atMost(LONG)
                    .until(
                            () ->
                                    ((Long) link.ask(Command.XLEN, connections.ofThisKey(stream)))
                                            == 0);
        }

        List<String> answers() {
            String stream = connections.name(Names.answers(node));
            List<String> answers = new ArrayList<>();
            try {
                for (StreamEntry entry :
                        StreamEntry.of(stream, link.ask(Command.XRANGE, stream, "-", "+"))) {
                    Message message =
                            connections.seal().open(Purpose.ANSWER, stream, entry.message());
                    for (RpcFrame.Item item :
                            MessageText.items(message.body(), AnswerSender.MOST_AT_ONCE)) {
                        answers.add(MessageText.read(item).encode());
                    }
                }
            } catch (RefusedMessage | UnreadableMessage e) {
                throw new AssertionError(e);
            }
            return answers;
        }

        /// The text of the only one.
        String answer() {
            assertThat(answers()).hasSize(1);
            return answers().getFirst();
        }

        @Override
        public void close() {
            link.close();
            worker.close();
        }
    }

    @Test
    void whatIsSealedIsRunOnceHoweverOftenItComes() {
        try (Attack attack = new Attack()) {
            byte[] job = attack.job();
            attack.add(Names.JOBS, job);
            attack.add(Names.JOBS, job);
            attack.awaitDone(Names.JOBS);
            attack.add(Names.JOBS, job);
            attack.awaitDone(Names.JOBS);

            assertThat(attack.counting.runs).hasValue(1);
            assertThat(attack.answers()).hasSize(1);
            Object marks = attack.link.ask(Command.KEYS, attack.connections.name("taken:*"));
            assertThat(RedisLink.list(marks)).hasSize(1);
            String mark = RedisLink.text(RedisLink.list(marks).getFirst());
            assertThat((Long) attack.link.ask(Command.PTTL, mark))
                    .isBetween(
                            Duration.ofSeconds(90).toMillis(), Duration.ofSeconds(121).toMillis());
        }
    }

    @Test
    void aJobWithOneByteChangedIsNotRun() {
        try (Attack attack = new Attack()) {
            for (int at : List.of(0, 31, 32, 39, 40, 55, 56, 120)) {
                byte[] changed = attack.job();
                changed[at] ^= 1;
                attack.add(Names.JOBS, changed);
            }
            attack.add(Names.JOBS, new byte[0]);
            attack.link.ask(Command.XADD, attack.connections.ofThisKey(Names.JOBS), "*", "a", "b");
            attack.awaitDone(Names.JOBS);

            assertThat(attack.counting.runs).hasValue(0);
            assertThat(attack.answers()).isEmpty();
        }
    }

    @Test
    void aJobThatIsLateIsNotRun() {
        try (Attack attack = new Attack()) {
            attack.add(Names.JOBS, attack.job(Names.JOBS, attack.in(-2), attack.in(-1)));
            attack.add(Names.JOBS, attack.job(Names.JOBS, attack.in(-1), attack.in(60)));
            attack.awaitDone(Names.JOBS);

            assertThat(attack.counting.runs).hasValue(0);
            assertThat(attack.answers()).as("that it cannot begin any more").hasSize(1);
        }
    }

    @Test
    void aJobIsForOneStreamAndOneCircleAndNothingElseIsAJob() {
        try (Attack attack = new Attack("shop")) {
            String shop = Names.jobs("shop");
            attack.add(shop, attack.job());
            attack.add(shop, attack.job(Names.jobs("bank"), attack.in(30), attack.in(60)));
            attack.add(
                    shop,
                    attack.sealed(
                            Purpose.ANSWER,
                            shop,
                            attack.in(60),
                            attack.body(attack.in(30), Plays.job("7"))));
            attack.awaitDone(shop);
            assertThat(attack.counting.runs).hasValue(0);

            String body = new String(attack.body(attack.in(30), Plays.job("7")), UTF_8);
            String copied = body.replace(Plays.CIRCLE.hex(), Plays.ALICE.hex());
            assertThat(copied).isNotEqualTo(body);
            attack.add(
                    shop, attack.sealed(Purpose.JOB, shop, attack.in(60), copied.getBytes(UTF_8)));
            attack.awaitDone(shop);
            assertThat(attack.counting.runs).hasValue(0);

            attack.add(shop, attack.job(shop, attack.in(30), attack.in(60)));
            attack.awaitDone(shop);
            assertThat(attack.counting.runs).hasValue(1);
        }
    }

    @Test
    void whatIsCopiedFromAnotherInstallationWithTheSameKeyIsNothing() {
        try (Attack here = new Attack();
                Attack there = new Attack()) {
            byte[] job = there.job();
            here.add(Names.JOBS, job);
            here.awaitDone(Names.JOBS);
            assertThat(here.answers()).isEmpty();

            String hash = here.environments.hash(Plays.job("7").environment(), here.link);
            String name = Names.environment(hash);
            Object copied = there.link.ask(Command.GET, there.connections.ofThisKey(name));
            byte[] mine = here.job();
            here.link.ask(Command.SET, here.connections.ofThisKey(name), copied);
            here.add(Names.JOBS, mine);
            here.awaitDone(Names.JOBS);
            assertThat(here.counting.runs).hasValue(0);
            assertThat(here.answer()).contains("the circle's module is refused");

            there.add(Names.JOBS, job);
            there.awaitDone(Names.JOBS);
            assertThat(there.counting.runs).hasValue(1);
        }
    }

    @Test
    void anErrorInTheWorkerIsAnswered() {
        try (Attack attack = new Attack()) {
            attack.counting.failsWith(new StackOverflowError("of a test"));
            attack.add(Names.JOBS, attack.job());
            attack.awaitDone(Names.JOBS);

            assertThat(attack.answer()).contains("Internal error");
        }
    }

    /// Cannot be written as JSON.
    static final class Unwritable {
        public Unwritable getSelf() {
            return this;
        }
    }

    @Test
    void anAnswerThatCannotBeWrittenIsAnErrorAndHoldsUpNoOther() {
        try (Attack attack = new Attack()) {
            attack.counting.says(
                    new ScriptResult(
                            "",
                            Json.unwritten(new Unwritable()),
                            List.of(),
                            CountingExecutor.RESULT.usage()));
            attack.add(Names.JOBS, attack.job());
            attack.awaitDone(Names.JOBS);
            assertThat(attack.answer()).contains("Internal error");

            attack.counting.says(CountingExecutor.RESULT);
            attack.add(Names.JOBS, attack.job());
            attack.awaitDone(Names.JOBS);
            assertThat(attack.answers()).hasSize(2).last().asString().contains("\"output\":\"7\"");
        }
    }

    @Test
    void noJobHasASecret() {
        try (Attack attack = new Attack()) {
            ScriptEnvironment environment =
                    new ScriptEnvironment(
                            Plays.CIRCLE,
                            "shop",
                            Optional.empty(),
                            Set.of(),
                            Optional.of("jdbc:postgresql://db/hunter1"),
                            List.of(),
                            Map.of("mail", "hunter2"));
            ScriptJob plain = Plays.job("7");
            ScriptJob job =
                    new ScriptJob(
                            "id",
                            environment,
                            plain.caller(),
                            plain.capabilities(),
                            plain.task(),
                            null,
                            plain.limits());
            String body = new String(attack.body(attack.in(30), job), UTF_8);
            String hash = Plays.json(body).at("/params/3").asText();
            String key = attack.connections.ofThisKey(Names.environment(hash));
            String stored = RedisLink.text(attack.link.ask(Command.GET, key));

            assertThat(body).doesNotContain("hunter");
            assertThat(stored).contains("shop").doesNotContain("hunter");
        }
    }

    /// The answer of a run as a worker writes it.
    private static byte[] answer(long number) {
        return MessageText.bytes(
                new RpcMessage.Success(
                        RpcId.of(number),
                        OutcomeCodec.encode(ScriptOutcome.of(CountingExecutor.RESULT))));
    }

    @Test
    void aNodeTakesOneAnswerThatWasSealedForItAndForARunThatWaits() throws Exception {
        RedisConnections connections = redis.connections("answers");
        try (RedisLink link = connections.open();
                RedisScriptExecutor node = new RedisScriptExecutor(connections, 8)) {
            Instant until = connections.clock().instant().plusSeconds(60);
            byte[] note = new WorkerNote(8, 8, Set.of()).written(); // of which a circle has half
            link.ask(
                    Command.HSET,
                    connections.name(Names.WORKERS),
                    "nobody",
                    connections
                            .seal()
                            .seal(
                                    Purpose.WORKER,
                                    connections.name(Names.worker("nobody")),
                                    until,
                                    note));
            assertThat(node.awaitReady(LONG)).isTrue();
            Call first = Call.startAndSettle(node, Plays.job("7"));
            Call second = Call.startAndSettle(node, Plays.job("7"));
            Call third = Call.startAndSettle(node, Plays.job("7"));
            String jobs = connections.ofThisKey(Names.JOBS);
            await().atMost(LONG).until(() -> link.ask(Command.XLEN, jobs).equals(3L));
            String stream = connections.name(Names.answers(connections.self()));
            String other = connections.name(Names.answers("other"));
            Seal seal = connections.seal();
            byte[] right = seal.seal(Purpose.ANSWER, stream, until, answer(1));
            byte[] changed = right.clone();
            changed[changed.length - 2] ^= 1;
            Instant past = until.minusSeconds(120);
            for (byte[] wrong :
                    List.of(
                            changed,
                            seal.seal(Purpose.ANSWER, other, until, answer(1)),
                            seal.seal(Purpose.JOB, stream, until, answer(1)),
                            seal.seal(Purpose.ANSWER, stream, past, answer(1)),
                            seal.seal(Purpose.ANSWER, stream, until, answer(99)),
                            "nonsense".getBytes(UTF_8))) {
                link.ask(Command.XADD, stream, "*", Names.MESSAGE, wrong);
            }
            link.ask(Command.XADD, stream, "*", Names.MESSAGE, right);
            link.ask(Command.XADD, stream, "*", Names.MESSAGE, right);
            String besideNonsense = "[1,{},%s]".formatted(new String(answer(3), UTF_8));
            byte[] batch = seal.seal(Purpose.ANSWER, stream, until, besideNonsense.getBytes(UTF_8));
            link.ask(Command.XADD, stream, "*", Names.MESSAGE, batch);

            assertThat(first.result().get(30, TimeUnit.SECONDS).output()).isEqualTo("7");
            assertThat(third.result().get(30, TimeUnit.SECONDS).output()).isEqualTo("7");
            await().atMost(LONG).until(() -> ((Long) link.ask(Command.XLEN, stream)) <= 1);
            assertThat(second.result()).isNotDone();
            second.thread().interrupt();
            assertThat(second.failure()).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void aWorkerThatNobodyHasSealedDoesNotCount() throws Exception {
        RedisConnections connections = redis.connections("staff");
        try (RedisLink link = connections.open();
                RedisScriptExecutor node = new RedisScriptExecutor(connections, 8)) {
            Instant until = connections.clock().instant().plusSeconds(60);
            byte[] note = new WorkerNote(4, 4, Set.of()).written();
            String other = connections.name(Names.worker("other"));
            byte[] others = connections.seal().seal(Purpose.WORKER, other, until, note);
            String workers = connections.name(Names.WORKERS);
            link.ask(Command.HSET, workers, "nobody", others);
            awaitLooks(connections, link);

            ScriptJob job = Plays.job("1", null, Plays.wall(100));
            assertThat(Call.start(node, job).code()).isEqualTo(ErrorCode.NO_WORKER);
        }
    }

    /// Those of somebody with another key.
    private RedisConnections strange(String prefix) {
        return new RedisConnections(
                redis.settings(SharedKey.of("o".repeat(32)), prefix),
                InstantSource.system(),
                new SecureRandom());
    }

    @Test
    void aWorkerWithAnotherKeyTakesNoJobsFromTheOthers() {
        CountingExecutor theirs = new CountingExecutor();
        try (Attack attack = new Attack();
                RedisWorker _ =
                        new RedisWorker(
                                strange("messages" + prefixes.get()),
                                _ -> theirs,
                                4,
                                4,
                                Set.of(),
                                _ -> Optional.empty())) {
            String workers = attack.connections.name(Names.WORKERS);
            await().atMost(LONG).until(() -> ((Long) attack.link.ask(Command.HLEN, workers)) == 2);

            int jobs = 50;
            for (int i = 0; i < jobs; i++) {
                attack.add(Names.JOBS, attack.job());
            }
            attack.awaitDone(Names.JOBS);

            assertThat(attack.counting.runs).hasValue(jobs);
            assertThat(attack.answers()).hasSize(jobs);
            assertThat(theirs.runs).hasValue(0);
        }
    }

    @Test
    void aWorkerThatStopsSaysSoThoughItHasNothingToDo() {
        try (Attack attack = new Attack()) {
            String workers = attack.connections.name(Names.WORKERS);
            await().atMost(LONG).until(() -> ((Long) attack.link.ask(Command.HLEN, workers)) == 1);

            assertThat(attack.worker.drain(LONG)).isTrue();

            assertThat(attack.link.ask(Command.HLEN, workers)).isEqualTo(0L);
        }
    }

    /// Waits until the node has read who works twice, from now on.
    private static void awaitLooks(RedisConnections connections, RedisLink link) {
        String workers = connections.name(Names.WORKERS);
        for (String looked : List.of("first", "second")) {
            byte[] past =
                    connections
                            .seal()
                            .seal(
                                    Purpose.WORKER,
                                    connections.name(Names.worker(looked)),
                                    connections.clock().instant().minusSeconds(1),
                                    new WorkerNote(4, 4, Set.of()).written());
            link.ask(Command.HSET, workers, looked, past);
            await().atMost(LONG).until(() -> link.ask(Command.HGET, workers, looked) == null);
        }
    }

    @Test
    void aWorkerWithAnotherKeyIsSaidOnceAndItsNoteIsLeftUntilItIsLongOver() throws Exception {
        RedisConnections connections = redis.connections("strangers");
        RedisConnections strange = strange("strangers");
        String workers = connections.name(Names.WORKERS);
        try (LoggedLines lines = LoggedLines.of(StaffReader.class);
                RedisLink link = connections.open();
                RedisScriptExecutor node = new RedisScriptExecutor(connections, 8)) {
            byte[] note = new WorkerNote(4, 4, Set.of()).written();
            String about = connections.name(Names.worker("stranger"));
            Instant now = connections.clock().instant();
            for (Instant until : List.of(now.plusSeconds(3), now.minusSeconds(5))) {
                byte[] theirs = strange.seal().seal(Purpose.WORKER, about, until, note);
                link.ask(Command.HSET, workers, "stranger", theirs);
                awaitLooks(connections, link);
                assertThat(link.ask(Command.HGET, workers, "stranger")).isEqualTo(theirs);
            }
            assertThat(node.awaitReady(Duration.ZERO)).isFalse();
            assertThat(lines.take())
                    .filteredOn(line -> line.getLevel() == Level.WARN)
                    .singleElement()
                    .satisfies(
                            line ->
                                    assertThat(line.getKeyValuePairs().toString())
                                            .contains("stranger", "not sealed with this key"));

            Instant longAgo = now.minusSeconds(70);
            byte[] left = strange.seal().seal(Purpose.WORKER, about, longAgo, note);
            link.ask(Command.HSET, workers, "stranger", left);
            await().atMost(LONG).until(() -> link.ask(Command.HGET, workers, "stranger") == null);
        }
    }
}
