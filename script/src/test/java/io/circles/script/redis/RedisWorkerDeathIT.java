package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.contract.CancellationContract.Call;
import io.circles.script.contract.Plays;
import io.circles.script.redis.RedisProcess.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Protocol.Command;

/// Processes that end while they have jobs: what was not finished is finished by others, once.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@Tag("waiting")
class RedisWorkerDeathIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    /// Takes a while, and no memory however fast the machine is.
    private static final String SLOW = "new Promise(done => setTimeout(() => done(7), 2000))";

    private final RedisServer redis = RedisServer.start();
    private final AtomicInteger prefixes = new AtomicInteger();
    private String prefix;
    private RedisConnections connections;
    private RedisScriptExecutor node;

    @BeforeEach
    void open() {
        prefix = "death" + prefixes.incrementAndGet();
        connections = redis.connections(prefix);
        node = new RedisScriptExecutor(connections, 64);
    }

    @AfterEach
    void close() {
        node.close();
    }

    @AfterAll
    void end() {
        redis.close();
    }

    private RedisProcess worker(Kind kind) throws InterruptedException {
        RedisProcess worker = RedisProcess.start(redis, prefix, kind);
        assertThat(node.awaitReady(LONG)).isTrue();
        return worker;
    }

    private void awaitWorkers(int count) {
        await().atMost(LONG).until(() -> node.workers().orElseThrow().alive() == count);
    }

    /// How many jobs somebody has and has not finished.
    private long pending() {
        try (RedisLink link = connections.open()) {
            Object pending =
                    link.ask(Command.XPENDING, connections.ofThisKey(Names.JOBS), Names.GROUP);
            return Long.parseLong(RedisLink.text(RedisLink.list(pending).getFirst()));
        }
    }

    private static ScriptJob job(String source) {
        return Plays.job(source, null, Plays.wall(30_000));
    }

    @Test
    void anotherFinishesWhatAWorkerLeavesWhenItIsKilledOrStopped() throws Exception {
        try (RedisProcess first = worker(Kind.WORKER)) {
            Call killed = Call.start(node, job(SLOW));
            await().atMost(LONG).until(() -> pending() == 1);
            try (RedisProcess second = RedisProcess.start(redis, prefix, Kind.WORKER)) {
                first.kill();
                assertThat(killed.result().get(60, TimeUnit.SECONDS).output()).isEqualTo("7");

                awaitWorkers(1);
                Call stopped = Call.start(node, job(SLOW));
                await().atMost(LONG).until(() -> pending() == 1);
                second.pause();
                try (RedisProcess _ = RedisProcess.start(redis, prefix, Kind.WORKER)) {
                    assertThat(stopped.result().get(60, TimeUnit.SECONDS).output()).isEqualTo("7");
                    second.goOn();
                    awaitWorkers(2);
                    await().atMost(LONG).until(() -> pending() == 0);
                    assertThat(node.execute(job("8")).result().output()).isEqualTo("8");
                }
            }
        }
    }

    @Test
    void aJobThatEndsTwoWorkersIsGivenUp() throws Exception {
        Call call;
        try (RedisProcess first = worker(Kind.WORKER)) {
            call = Call.start(node, job("for (;;);"));
            await().atMost(LONG).until(() -> pending() == 1);
            first.kill();
        }
        try (RedisProcess second = RedisProcess.start(redis, prefix, Kind.WORKER)) {
            awaitDeliveries(2);
            second.kill();
        }
        try (RedisProcess _ = RedisProcess.start(redis, prefix, Kind.WORKER)) {
            assertThat(call.code()).isEqualTo(ErrorCode.WORKER_LOST);
        }
        try (RedisLink link = connections.open()) {
            String dead = connections.name(Names.DEAD);
            List<?> letters = RedisLink.list(link.ask(Command.XRANGE, dead, "-", "+"));
            assertThat(letters).hasSize(1);
            List<?> fields = RedisLink.list(RedisLink.list(letters.getFirst()).getLast());
            assertThat(RedisLink.text(fields.getFirst())).isEqualTo(DeadLetters.FIELD);
            assertThat(Plays.json(RedisLink.text(fields.getLast())).properties())
                    .extracting(Map.Entry::getKey)
                    .containsExactly("circle", "job", "run", "sent", "given_up", "why");
        }
    }

    private void awaitDeliveries(long count) {
        try (RedisLink link = connections.open()) {
            await().atMost(LONG)
                    .until(
                            () -> {
                                Object all =
                                        link.ask(
                                                Command.XPENDING,
                                                connections.ofThisKey(Names.JOBS),
                                                Names.GROUP,
                                                "-",
                                                "+",
                                                1);
                                List<?> first = RedisLink.list(RedisLink.list(all).getFirst());
                                return first.get(3).equals(count);
                            });
        }
    }

    @Test
    void whatANodeLeavesBehindIsNotRunMuchLonger() throws Exception {
        try (RedisProcess _ = worker(Kind.WORKER)) {
            try (RedisProcess other = RedisProcess.start(redis, prefix, Kind.NODE)) {
                await().atMost(LONG).until(() -> pending() > 0);
                other.kill();
            }
            await().atMost(LONG).until(() -> pending() == 0);
            assertThat(node.execute(job("7")).result().output()).isEqualTo("7");
        }
    }

    @Test
    void aRunThatHasSentSomethingIsNotRunAgain() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        server.createContext("/", _ -> requests.incrementAndGet());
        server.start();
        try (RedisProcess first = worker(Kind.POOL)) {
            Call call = Call.start(node, fetching(server.getAddress().getPort()));
            await().atMost(LONG).until(() -> requests.get() == 1);
            first.kill();
            try (RedisProcess _ = RedisProcess.start(redis, prefix, Kind.POOL)) {
                assertThat(call.code()).isEqualTo(ErrorCode.WORKER_LOST);
                assertThat(requests).hasValue(1);
            }
        } finally {
            server.stop(0);
        }
    }

    private static ScriptJob fetching(int port) throws IOException {
        String host = "127.0.0.1:" + port;
        ScriptJob plain = job("http.fetch('http://" + host + "/')");
        return new ScriptJob(
                "fetching",
                new ScriptEnvironment(
                        Plays.CIRCLE,
                        "test",
                        Optional.empty(),
                        Set.of(),
                        Optional.empty(),
                        List.of(host),
                        Map.of()),
                plain.caller(),
                plain.capabilities(),
                plain.task(),
                null,
                plain.limits());
    }
}
