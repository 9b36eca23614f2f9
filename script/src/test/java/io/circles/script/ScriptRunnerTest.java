package io.circles.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.script.contract.Plays;
import io.circles.script.state.StateStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ScriptRunnerTest {
    private final CountingExecutor executor = new CountingExecutor();
    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(1);
    private StateStore store;
    private ScriptRunner runner;

    @BeforeEach
    void start(@TempDir Path folder) {
        store =
                new StateStore(
                        folder.resolve("state.db"),
                        1 << 20,
                        writers,
                        InstantSource.system(),
                        effects -> {});
        runner = new ScriptRunner(executor, store, new Random(1));
    }

    @AfterEach
    void stop() {
        store.close();
        writers.shutdownNow();
    }

    /// Answers with the number of the run; fails on `fail`, and waits for the gate on `wait`.
    private static class CountingExecutor implements ScriptExecutor {
        final AtomicInteger runs = new AtomicInteger();
        final CountDownLatch gate = new CountDownLatch(1);

        @Override
        public ScriptOutcome execute(ScriptJob job) throws InterruptedException {
            String source = ((ScriptTask.Play) job.task()).source();
            int run = runs.incrementAndGet();
            if (source.startsWith("wait")) {
                gate.await();
            }
            if (source.endsWith("fail") && run == 1) {
                throw new CircleException(ErrorCode.SCRIPT_ERROR);
            }
            String output = "run " + run;
            return ScriptOutcome.of(
                    new ScriptResult(
                            output, Json.text(output), List.of(), new CircleApi.Usage(1, 1, 1)));
        }

        @Override
        public String description() {
            return "counting";
        }

        @Override
        public void close() {}
    }

    private static ScriptJob job(String source, @Nullable JsonNode args) {
        return Plays.job(source, args, ScriptLimits.DEFAULTS);
    }

    private String run(String source, @Nullable String key) throws InterruptedException {
        return runner.run(job(source, null), key).output();
    }

    private CompletableFuture<String> start(String source, String key) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread.startVirtualThread(
                () -> {
                    try {
                        result.complete(run(source, key));
                    } catch (InterruptedException | RuntimeException e) {
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }

    @Test
    void withoutAKeyEachJobRuns() throws InterruptedException {
        assertThat(run("1", null)).isEqualTo("run 1");
        assertThat(run("1", null)).isEqualTo("run 2");
    }

    @Test
    void withAKeyAJobRunsOnce() throws InterruptedException {
        assertThat(run("1", "a")).isEqualTo("run 1");
        assertThat(run("1", "a")).isEqualTo("run 1");
        assertThat(run("1", "b")).isEqualTo("run 2");
    }

    @Test
    void aKeyBelongsToItsCircleAndItsCaller() throws InterruptedException {
        run("1", "a");
        ScriptJob other =
                Plays.job(Plays.ALICE, Caller.of(Plays.ALICE), "1", null, ScriptLimits.DEFAULTS);
        ScriptJob others =
                Plays.job(Plays.CIRCLE, Caller.of(Plays.CIRCLE), "1", null, ScriptLimits.DEFAULTS);
        assertThat(runner.run(other, "a").output()).isEqualTo("run 2");
        assertThat(runner.run(others, "a").output()).isEqualTo("run 3");
    }

    @Test
    void theSameKeyWithAnotherScriptOrOtherArgumentsIsRefused() throws InterruptedException {
        runner.run(job("1", Json.text("x")), "a");
        for (ScriptJob other :
                List.of(job("2", Json.text("x")), job("1", Json.text("y")), job("1", null))) {
            CircleException refusal =
                    catchThrowableOfType(CircleException.class, () -> runner.run(other, "a"));
            assertThat(refusal.code()).isEqualTo(ErrorCode.IDEMPOTENCY_MISMATCH);
        }
        assertThat(executor.runs).hasValue(1);
    }

    @Test
    void whileTheFirstRunsTheSecondWaitsForItsResult() throws Exception {
        var first = start("wait", "a");
        await().until(() -> executor.runs.get() == 1);
        var second = start("wait", "a");
        var another = start("wait for something else", "a");
        assertThat(another.handle((value, e) -> e).get(20, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        CircleException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.IDEMPOTENCY_MISMATCH));
        assertThat(second).isNotDone();
        executor.gate.countDown();
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("run 1");
        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo("run 1");
    }

    @Test
    void waitingCanBeInterrupted() throws Exception {
        var first = start("wait", "a");
        await().until(() -> executor.runs.get() == 1);
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread second =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                failure.completeExceptionally(new AssertionError(run("wait", "a")));
                            } catch (InterruptedException e) {
                                failure.complete(e);
                            }
                        });
        second.interrupt();
        assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        executor.gate.countDown();
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("run 1");
    }

    @Test
    void aFailureIsNotKeptAndWhoeverWaitsRunsTheJobItself() throws Exception {
        var first = start("wait, then fail", "a");
        await().until(() -> executor.runs.get() == 1);
        var second = start("wait, then fail", "a");
        executor.gate.countDown();
        assertThat(first.handle((value, e) -> e).get(20, TimeUnit.SECONDS))
                .isInstanceOf(CircleException.class);
        assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo("run 2");
        assertThat(run("wait, then fail", "a")).isEqualTo("run 2");
    }

    @Test
    void aKeptResultOutlivesTheRunner() throws InterruptedException {
        ScriptResult first = runner.run(job("1", null), "a");
        ScriptRunner after = new ScriptRunner(executor, store, new Random(1));
        assertThat(after.run(job("1", null), "a")).isEqualTo(first);
        assertThat(executor.runs).hasValue(1);
    }

    @Test
    void whatAnotherServerOfTheCircleHasCommittedMeanwhileIsTheResult() throws Exception {
        ScriptRunner other =
                new ScriptRunner(
                        new CountingExecutor() {
                            @Override
                            public ScriptOutcome execute(ScriptJob job)
                                    throws InterruptedException {
                                runner.run(job, "a");
                                return super.execute(job);
                            }
                        },
                        store,
                        new Random(1));
        ScriptJob twice = job("1", null);
        executor.runs.set(41);
        assertThat(other.run(twice, "a").output()).isEqualTo("run 42");
    }

    @Test
    void theSameKeyIsGoodForOneMethodOnly() throws InterruptedException {
        run("f", "a");
        ScriptJob play = job("f", null);
        ScriptJob call =
                new ScriptJob(
                        play.id(),
                        play.environment(),
                        play.caller(),
                        play.capabilities(),
                        new ScriptTask.Call("f"),
                        null,
                        play.limits());
        CircleException refusal =
                catchThrowableOfType(CircleException.class, () -> runner.run(call, "a"));
        assertThat(refusal.code()).isEqualTo(ErrorCode.IDEMPOTENCY_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 129})
    void aKeyHas1To128Characters(int length) {
        CircleException refusal =
                catchThrowableOfType(CircleException.class, () -> run("1", "k".repeat(length)));
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_PARAMS);
        assertThat(Plays.data(refusal).path("param").asText()).isEqualTo("idempotency_key");
    }

    @Test
    void theLongestKeyIsCountedInCharacters() throws InterruptedException {
        assertThat(run("1", "\uD83D\uDE00".repeat(128))).isEqualTo("run 1");
    }

    @Test
    void theAnonymousMayNotSendAKey() {
        ScriptJob anonymous =
                Plays.job(Plays.CIRCLE, Caller.anonymous(), "1", null, ScriptLimits.DEFAULTS);
        CircleException refusal =
                catchThrowableOfType(CircleException.class, () -> runner.run(anonymous, "a"));
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_PARAMS);
        assertThat(Plays.data(refusal).path("param").asText()).isEqualTo("idempotency_key");
        assertThat(executor.runs).hasValue(0);
    }
}
