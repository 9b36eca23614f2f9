package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.LoggedLines;
import io.circles.script.ScriptJob;
import io.circles.script.contract.CancellationContract.Call;
import io.circles.script.contract.Plays;
import io.circles.script.engine.GraalScriptExecutor;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Protocol.Command;

/// A Redis that fails: every caller gets an answer in time, and all goes on by itself.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RedisFaultsIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final PublicKey OTHER_CIRCLE =
            PublicKey.parse("02e493dbf1c10d80f3581e4904930b1404cc6c13900ee0758474fa94abe8c4cd13");

    private RedisServer redis;
    private Joined joined;

    @BeforeEach
    void open() {
        redis = RedisServer.start();
        joined = Joined.open(redis, 4, 64);
    }

    @AfterEach
    void close() {
        redis.process().goOn();
        joined.close();
        redis.close();
    }

    private static ScriptJob job(String source, int wallMs) {
        return Plays.job(source, null, Plays.wall(wallMs));
    }

    /// Plays until it works again.
    private void recovers() {
        await().atMost(LONG)
                .ignoreExceptionsInstanceOf(CircleException.class)
                .until(() -> joined.execute(job("'up'", 2_000)).result().output().equals("up"));
    }

    /// Calls that begin to run, or to wait, before something happens.
    private List<Call> calls(String source, int count) {
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(Call.startAndSettle(joined, job(source, 500)));
        }
        return calls;
    }

    private static void assertAnswered(List<Call> calls) {
        assertThat(calls)
                .allSatisfy(
                        call ->
                                assertThat(call.code())
                                        .isIn(
                                                ErrorCode.WORKER_LOST,
                                                ErrorCode.NO_WORKER,
                                                ErrorCode.SCRIPT_TIMEOUT,
                                                ErrorCode.BUSY));
    }

    @Test
    void aRedisThatLosesItsMemoryCostsWhatWasUnderWayAndNoMore() {
        List<Call> calls = calls("for (;;);", 3);
        redis.process().restart();
        assertAnswered(calls);
        recovers();
    }

    @Test
    void howeverLongRedisIsGoneItIsOneLineOfEachSide() {
        try (LoggedLines lines = LoggedLines.of(Outages.class)) {
            redis.process().kill();
            await().atMost(LONG)
                    .until(() -> Call.start(joined, job("1", 500)).code() == ErrorCode.NO_WORKER);
            redis.process().begin();
            recovers();
            List<ILoggingEvent> said = new ArrayList<>();
            await().atMost(LONG)
                    .until(
                            () -> {
                                said.addAll(lines.take());
                                return said.stream()
                                                .filter(line -> line.getLevel() == Level.INFO)
                                                .count()
                                        == 2;
                            });
            assertThat(said)
                    .extracting(ILoggingEvent::getLevel)
                    .containsExactly(Level.WARN, Level.WARN, Level.INFO, Level.INFO);
            assertThat(said).extracting(ILoggingEvent::getThrowableProxy).containsOnlyNulls();
        }
    }

    @Test
    void aRedisThatIsGoneIsNoWorkerAtOnceAfterAWhile() {
        redis.process().kill();
        await().atMost(LONG)
                .until(() -> Call.start(joined, job("1", 500)).code() == ErrorCode.NO_WORKER);
        Call patient = Call.start(joined, job("1", 600_000));
        assertThat(patient.code()).as("long before its wall time").isEqualTo(ErrorCode.NO_WORKER);
        redis.process().begin();
        recovers();
    }

    @Test
    void aRedisThatHangsLeavesNobodyWaiting() {
        List<Call> calls = calls("for (;;);", 2);
        redis.process().pause();
        calls.add(Call.start(joined, job("1", 500)));
        assertAnswered(calls);
        redis.process().goOn();
        recovers();
    }

    @Test
    void aRedisWithoutMemorySaysNoAndGoesOnWhenItHasSome() {
        try (RedisLink link = redis.connections("memory").open()) {
            link.ask(Command.CONFIG, "SET", "maxmemory-policy", "noeviction");
            link.ask(Command.CONFIG, "SET", "maxmemory", "1");
            await().atMost(LONG)
                    .until(() -> Call.start(joined, job("1", 1_000)).code() == ErrorCode.NO_WORKER);
            link.ask(Command.CONFIG, "SET", "maxmemory", "0");
        }
        recovers();
    }

    @Test
    void anAnswerThatRedisDoesNotTakeIsGivenWhenItDoes() throws Exception {
        Call call =
                Call.startAndSettle(
                        joined, job("new Promise(done => setTimeout(() => done(7), 1000))", 9_000));
        try (RedisLink link = redis.connections("memory").open()) {
            link.ask(Command.CONFIG, "SET", "maxmemory", "1");
            await().pollDelay(Duration.ofMillis(1_500)).until(() -> true);
            assertThat(call.result()).isNotDone();
            link.ask(Command.CONFIG, "SET", "maxmemory", "0");
        }
        assertThat(call.result().get(30, TimeUnit.SECONDS).output()).isEqualTo("7");
    }

    @Test
    void streamsAndGroupsThatAreDeletedComeBack() {
        List<Call> calls = calls("for (;;);", 2);
        try (RedisLink link = redis.connections("flush").open()) {
            link.ask(Command.FLUSHALL);
            assertAnswered(calls);
            recovers();
            String jobs = joined.connections().ofThisKey(Names.JOBS);
            link.ask(Command.XGROUP, "DESTROY", jobs, Names.GROUP);
        }
        recovers();
    }

    @Test
    void clocksThatAreHoursApartMeanTheSameDeadline() throws Exception {
        RedisSettings settings = redis.settings("skew");
        InstantSource ahead = () -> Instant.now().plus(Duration.ofHours(5));
        InstantSource behind = () -> Instant.now().minus(Duration.ofHours(7));
        try (RedisWorker _ =
                        new RedisWorker(
                                new RedisConnections(settings, ahead, new SecureRandom()),
                                _ -> new GraalScriptExecutor(2, 2),
                                2,
                                2,
                                Set.of(),
                                _ ->
                                        Optional.of(
                                                new LocalCircle(_ -> Optional.empty(), Map.of())));
                RedisScriptExecutor node =
                        new RedisScriptExecutor(
                                new RedisConnections(settings, behind, new SecureRandom()), 8)) {
            assertThat(node.awaitReady(LONG)).isTrue();
            assertThat(node.execute(job("7", 20_000)).result().output()).isEqualTo("7");
        }
    }

    @Test
    void oneCirclesThousandsDoNotDelayAnother() throws Exception {
        List<Call> flood = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            flood.add(Call.start(joined, job("for (;;);", 60_000)));
        }
        await().atMost(LONG).until(() -> joined.workers().orElseThrow().running() > 0);
        for (int i = 0; i < 20; i++) {
            ScriptJob other =
                    Plays.job(OTHER_CIRCLE, Caller.anonymous(), "7", null, Plays.wall(20_000));
            assertThat(joined.execute(other).result().output()).isEqualTo("7");
        }
        long refused =
                flood.stream().filter(call -> call.result().isCompletedExceptionally()).count();
        assertThat(refused).as("refused at once").isGreaterThan(1_500);
        flood.forEach(call -> call.thread().interrupt());
    }
}
