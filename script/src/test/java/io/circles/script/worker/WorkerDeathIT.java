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
import io.circles.script.contract.Plays;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Processes that end while they have work: whoever was not guilty notices a delay at most.
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class WorkerDeathIT {
    private static final Duration LONG = Duration.ofSeconds(90);

    /// Waiting for a process to start is part of it.
    private static final ScriptLimits PATIENT =
            Plays.WIDE.toBuilder().wallMs(LONG.toMillis()).build();
    /// Multiplies for many seconds in Java, compiled or not, where nothing looks whether to stop.
    private static final String UNSTOPPABLE = "3n ** 60000000n";

    private static final long MUCH_MEMORY = 64L << 30;
    private static final PublicKey BOB =
            PublicKey.parse("02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9");
    private static final PublicKey OTHER_CIRCLE =
            PublicKey.parse("02e493dbf1c10d80f3581e4904930b1404cc6c13900ee0758474fa94abe8c4cd13");

    private static CircleException failure(WorkerPool pool, ScriptJob job) {
        return catchThrowableOfType(CircleException.class, () -> pool.execute(job));
    }

    private static ScriptJob bobs(String source) {
        return bobs(source, PATIENT);
    }

    private static ScriptJob bobs(String source, ScriptLimits limits) {
        return Plays.job(OTHER_CIRCLE, Caller.of(BOB), source, null, limits);
    }

    /// Has begun, however busy the machine, when its limit is reached: that of processor time.
    private static ScriptJob unstoppable() {
        return Plays.job(
                UNSTOPPABLE, null, PATIENT.toBuilder().cpuMs(500).memoryBytes(MUCH_MEMORY).build());
    }

    /// Plays and checks results until it is told to stop. A few of them leave the machine something
    /// for the start of other workers.
    private static CompletableFuture<Integer> innocent(
            WorkerPool pool, AtomicBoolean goOn, AtomicInteger next) {
        CompletableFuture<Integer> played = new CompletableFuture<>();
        Thread.startVirtualThread(
                () -> {
                    int count = 0;
                    try {
                        while (goOn.get()) {
                            int n = next.incrementAndGet();
                            ScriptJob job =
                                    bobs("let s = 0; for (let i = 0; i < 1e4; i++) s++; " + n);
                            assertThat(pool.execute(job).result().output()).isEqualTo("" + n);
                            count++;
                        }
                        played.complete(count);
                    } catch (Throwable e) {
                        played.completeExceptionally(e);
                    }
                });
        return played;
    }

    private static List<CompletableFuture<Integer>> innocents(
            WorkerPool pool, int count, AtomicBoolean goOn, AtomicInteger next) {
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(innocent(pool, goOn, next));
        }
        return all;
    }

    private static void assertAllPlayed(List<CompletableFuture<Integer>> innocents) {
        innocents.forEach(
                played -> assertThat(played.orTimeout(90, TimeUnit.SECONDS).join()).isPositive());
    }

    @Test
    void aWorkerThatIsKilledUnderLoadCostsNobodyAnAnswer() {
        try (WorkerPool pool = Pools.ready(Pools.settings().withThreads(2).withSpares(1))) {
            AtomicBoolean goOn = new AtomicBoolean(true);
            AtomicInteger played = new AtomicInteger();
            List<CompletableFuture<Integer>> innocents = innocents(pool, 3, goOn, played);
            for (int i = 0; i < 3; i++) {
                int before = played.get();
                await().atMost(LONG)
                        .until(() -> played.get() > before + 16 && !pool.serving().isEmpty());
                long pid = pool.serving().getFirst();
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                await().atMost(LONG).until(() -> !pool.serving().contains(pid));
            }
            goOn.set(false);
            assertAllPlayed(innocents);
            assertThat(pool.ended()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void aScriptThatUsesUpTheHeapGetsItsOwnErrorAndNobodyElseDoes() {
        WorkerSettings small = Pools.settings().withHeap("160m").withThreads(4).withSpares(1);
        try (WorkerPool pool = Pools.ready(small)) {
            AtomicBoolean goOn = new AtomicBoolean(true);
            List<CompletableFuture<Integer>> innocents =
                    innocents(pool, 2, goOn, new AtomicInteger());
            ScriptJob bomb = Plays.job("const a = []; for (;;) a.push(new Float64Array(1e6))");
            assertThat(failure(pool, bomb).code()).isEqualTo(ErrorCode.MEMORY);
            goOn.set(false);
            assertAllPlayed(innocents);
            assertThat(pool.ended()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void whoEndsThreeWorkersIsRefusedAndNobodyElseIs() throws Exception {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        WorkerSettings settings = Pools.settings().withThreads(2).withSpares(1);
        try (WorkerPool pool = new WorkerPool(settings, () -> now, Optional.empty())) {
            for (int i = 0; i < 3; i++) {
                assertThat(failure(pool, unstoppable()).code()).isEqualTo(ErrorCode.CPU);
            }
            CircleException refused = failure(pool, Plays.job("1"));
            assertThat(refused.code()).isEqualTo(ErrorCode.BUSY);
            assertThat(refused).hasMessageContaining("ended several workers");
            assertThat(Plays.data(refused).path("retry_after_ms").asLong()).isEqualTo(60_000);
            assertThat(pool.execute(bobs("'served'")).result().output()).isEqualTo("served");
        }
    }

    @Test
    void aRunBesideOneThatDoesNotEndRunsAgain() throws Exception {
        try (WorkerPool pool = Pools.ready(Pools.settings().withThreads(4).withSpares(1))) {
            CompletableFuture<Integer> innocent = new CompletableFuture<>();
            Thread.startVirtualThread(
                    () -> {
                        try {
                            String source =
                                    "const t = Date.now(); while (Date.now() - t < 3000); 7";
                            ScriptLimits limits =
                                    PATIENT.toBuilder().memoryBytes(MUCH_MEMORY).build();
                            innocent.complete(
                                    pool.execute(bobs(source, limits)).result().value().intValue());
                        } catch (InterruptedException | RuntimeException e) {
                            innocent.completeExceptionally(e);
                        }
                    });
            await().atMost(LONG).until(() -> pool.running() == 1);
            assertThat(failure(pool, unstoppable()).code()).isEqualTo(ErrorCode.CPU);
            assertThat(innocent.get(90, TimeUnit.SECONDS)).isEqualTo(7);
            await().atMost(LONG).until(() -> pool.ended() == 1);
        }
    }

    @Test
    void aRunThatHasSentSomethingIsNotRunAgain() {
        try (WorkerPool pool = FakeWorker.Sending.open()) {
            assertThat(failure(pool, Plays.job("1")).code()).isEqualTo(ErrorCode.WORKER_LOST);
            assertThat(pool.ended()).isEqualTo(1);
        }
    }

    @Test
    void garbageEndsTheWorkerAndTheSecondTimeTheRun() {
        try (WorkerPool pool = FakeWorker.Garbling.open()) {
            assertThat(failure(pool, Plays.job("1")).code()).isEqualTo(ErrorCode.WORKER_LOST);
            assertThat(pool.ended()).isEqualTo(2);
        }
    }

    @Test
    void aWorkerThatSaysNothingIsEnded() {
        try (WorkerPool pool = FakeWorker.Silent.open()) {
            ScriptJob job = Plays.job("1", null, Plays.wall(100));
            CircleException failure = failure(pool, job);
            assertThat(failure.code()).isIn(ErrorCode.SCRIPT_TIMEOUT);
            await().atMost(LONG).until(() -> pool.ended() == 1);
        }
    }
}
