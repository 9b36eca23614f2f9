package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptOutcome;
import io.circles.script.contract.Plays;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What one circle does to another: little.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FairPoolIT {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final PublicKey OTHER_CIRCLE =
            PublicKey.parse("02e493dbf1c10d80f3581e4904930b1404cc6c13900ee0758474fa94abe8c4cd13");

    private final List<Thread> flood = new ArrayList<>();

    private void flood(WorkerPool pool, int jobs) {
        for (int i = 0; i < jobs; i++) {
            var _ = endless(pool, Plays.job("for (;;);"));
        }
    }

    private Thread endless(WorkerPool pool, ScriptJob job) {
        Thread caller =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                var _ = pool.execute(job);
                            } catch (InterruptedException | CircleException _) {
                                // as the test wants it
                            }
                        });
        flood.add(caller);
        return caller;
    }

    @AfterEach
    void endFlood() {
        flood.forEach(Thread::interrupt);
    }

    private static ScriptJob other(String source) {
        return Plays.job(OTHER_CIRCLE, Caller.anonymous(), source, null, Plays.wall(20_000));
    }

    @Test
    void aFloodLeavesThreadsToOthers() throws Exception {
        try (WorkerPool pool = Pools.ready(Pools.settings().withThreads(16).withWaiting(80))) {
            flood(pool, 10);
            await().atMost(LONG).until(() -> pool.running() == 2 && pool.waiting() == 8);
            for (int i = 0; i < 20; i++) {
                assertThat(pool.execute(other("'served'")).result().output()).isEqualTo("served");
            }
            assertThat(pool.running()).isEqualTo(2);
        }
    }

    @Test
    void aResultDoesNotWaitForTheScriptThatItsThreadRunsNext() throws Exception {
        try (WorkerPool pool = Pools.ready(Pools.settings().withThreads(16).withWaiting(80))) {
            flood(pool, 10); // so that both of the others wait for one thread
            await().atMost(LONG).until(() -> pool.running() == 2);
            CompletableFuture<String> quick = new CompletableFuture<>();
            Thread.startVirtualThread(
                    () -> {
                        try {
                            quick.complete(pool.execute(other("'quick'")).result().output());
                        } catch (InterruptedException | RuntimeException e) {
                            quick.completeExceptionally(e);
                        }
                    });
            Thread slow = endless(pool, other("for (;;);"));
            assertThat(quick.get(15, TimeUnit.SECONDS)).isEqualTo("quick");
            assertThat(slow.isAlive()).isTrue();
        }
    }

    @Test
    void aCallerMayHaveAnEighthOfThePlacesAndACircleAQuarter() {
        try (WorkerPool pool = Pools.ready(Pools.settings().withThreads(2).withWaiting(16))) {
            flood(pool, 3);
            await().atMost(LONG).until(() -> pool.running() == 1 && pool.waiting() == 2);
            CircleException busy = refusal(pool, Plays.job("1"));
            assertThat(Plays.data(busy).path("limit").asInt()).isEqualTo(2);
            assertThat(Plays.data(busy).path("used").asInt()).isEqualTo(2);
        }
    }

    /// What this system says of the priority of a process, if it is still there.
    private static Optional<Integer> niceness(ProcessHandle process) {
        try {
            Process ps =
                    new ProcessBuilder("ps", "-o", "ni=", "-p", Long.toString(process.pid()))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String says =
                    new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                            .strip();
            return says.isEmpty() ? Optional.empty() : Optional.of(Integer.parseInt(says));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Duration used(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for (;;);",
                "const t = Date.now() + 60000; let a; while (Date.now() < t) a = new Array(1e5).fill(1)",
            })
    void aCircleInWhichAScriptUsesMuchGivesWay(String heavy) throws Exception {
        ScriptLimits wide =
                Plays.WIDE.toBuilder().wallMs(90_000).cpuMs(90_000).memoryBytes(1L << 42).build();
        WorkerSettings settings = Pools.settings().withThreads(16).withSpares(1);
        try (WorkerPool pool = Pools.ready(settings)) {
            await().atMost(LONG).until(() -> pool.spares() == 1);
            ProcessHandle serving = ProcessHandle.of(pool.serving().getFirst()).orElseThrow();
            int own = niceness(serving).orElseThrow();
            endless(pool, Plays.job(heavy, null, wide));

            List<ProcessHandle> apart = new ArrayList<>();
            await().atMost(LONG)
                    .until(
                            () -> {
                                ProcessHandle.current()
                                        .children()
                                        .filter(
                                                child ->
                                                        niceness(child)
                                                                .filter(nice -> nice > own)
                                                                .isPresent())
                                        .forEach(apart::add);
                                return !apart.isEmpty();
                            });
            assertThat(apart).hasSize(1).doesNotContain(serving);
            assertThat(niceness(serving)).contains(own);
            Duration before = used(apart.getFirst());
            await("the endless one runs there")
                    .atMost(LONG)
                    .until(() -> used(apart.getFirst()).compareTo(before.plusSeconds(1)) > 0);
            await().atMost(LONG).until(() -> pool.running() == 1);
            assertThat(pool.execute(other("'served'")).result().output()).isEqualTo("served");
            assertThat(pool.ended()).isZero();
        }
    }

    @Test
    void whoCannotBeMovedGoesOnWhereItIs() throws Exception {
        ScriptLimits limits =
                Plays.WIDE.toBuilder().wallMs(90_000).cpuMs(90_000).memoryBytes(1L << 42).build();
        try (WorkerPool pool = Pools.ready(Pools.settings().withThreads(2).withSpares(1))) {
            await().atMost(LONG).until(() -> pool.spares() == 1);
            // one built-in of some seconds, in which no script can be stopped
            ScriptJob slow = Plays.job("String((3n ** 20000000n) % 1000003n)", null, limits);
            CompletableFuture<ScriptOutcome> end = pool.begin(slow);
            await().atMost(LONG)
                    .until(
                            () -> {
                                assertThat(pool.execute(other("'served'")).result().output())
                                        .isEqualTo("served");
                                return end.isDone();
                            });
            assertThat(end.get().result().output()).isEqualTo("278334");
            assertThat(end.get().result().usage().cpuMs()).isGreaterThan(2_500);
            assertThat(pool.ended()).isZero();
        }
    }

    @Test
    void whoCannotBeMovedInTimeGetsItsOwnError() throws Exception {
        ScriptLimits limits =
                Plays.WIDE.toBuilder().wallMs(90_000).cpuMs(1_000).memoryBytes(1L << 42).build();
        try (WorkerPool pool = Pools.ready(Pools.settings().withThreads(2).withSpares(1))) {
            await().atMost(LONG).until(() -> pool.spares() == 1);
            ScriptJob unstoppable = Plays.job("3n ** 60000000n", null, limits);
            CircleException failure =
                    catchThrowableOfType(CircleException.class, () -> pool.execute(unstoppable));
            assertThat(failure.code()).isEqualTo(ErrorCode.CPU);
            assertThat(Plays.data(failure).path("limit").asLong()).isEqualTo(1_000);
            await().atMost(LONG).until(() -> pool.ended() == 1);
        }
    }

    @Test
    void whatWaitsIsBounded() {
        try (WorkerPool pool = Pools.ready(Pools.settings().withThreads(1).withWaiting(0))) {
            flood(pool, 1);
            await().atMost(LONG).until(() -> pool.running() == 1);
            CircleException busy = refusal(pool, other("1"));
            assertThat(Plays.data(busy).path("limit").asInt()).isZero();
        }
    }

    private static CircleException refusal(WorkerPool pool, ScriptJob job) {
        CircleException refusal =
                catchThrowableOfType(CircleException.class, () -> pool.execute(job));
        assertThat(refusal.code()).isEqualTo(ErrorCode.BUSY);
        return refusal;
    }
}
