package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Taking jobs back, queues that are full, and the end of the executor.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public interface CancellationContract extends Plays {
    /// A new executor that runs and keeps so many jobs; the test closes it.
    ScriptExecutor open(int threads, int waiting);

    /// A caller on a thread of its own.
    record Call(Thread thread, CompletableFuture<ScriptResult> result) {
        public static Call start(ScriptExecutor executor, ScriptJob job) {
            CompletableFuture<ScriptResult> result = new CompletableFuture<>();
            Thread thread =
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    result.complete(executor.execute(job).result());
                                } catch (InterruptedException | RuntimeException e) {
                                    result.completeExceptionally(e);
                                }
                            });
            return new Call(thread, result);
        }

        /// Starts, and waits until the job runs or waits: its caller is blocked, and stays so.
        public static Call startAndSettle(ScriptExecutor executor, ScriptJob job) {
            Call call = start(executor, job);
            await().atMost(Duration.ofSeconds(30))
                    .during(Duration.ofMillis(50))
                    .until(call::isBlocked);
            return call;
        }

        private boolean isBlocked() {
            Thread.State state = thread.getState();
            return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
        }

        public Throwable failure() {
            return result.handle((value, e) -> e).orTimeout(30, TimeUnit.SECONDS).join();
        }

        public ErrorCode code() {
            return ((CircleException) failure()).code();
        }
    }

    @Test
    default void anInterruptStopsTheScript() {
        try (ScriptExecutor executor = open(1, 0)) {
            Call endless = Call.startAndSettle(executor, Plays.job("for (;;);"));
            endless.thread().interrupt();
            assertThat(endless.failure()).isInstanceOf(InterruptedException.class);
            awaitFree(executor);
        }
    }

    private static void awaitFree(ScriptExecutor executor) {
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(CircleException.class)
                .until(
                        () ->
                                executor.execute(Plays.job("'free'"))
                                        .result()
                                        .output()
                                        .equals("free"));
    }

    @Test
    default void whatWasBegunEndsWithItsResultOrItsError() {
        ScriptLimits tiny = WIDE.toBuilder().sourceBytes(1).build();
        try (ScriptExecutor executor = open(2, 2)) {
            var right = executor.begin(Plays.job("6 * 7"));
            var wrong = executor.begin(Plays.job("throw 1"));
            assertThat(right.orTimeout(30, TimeUnit.SECONDS).join().result().output())
                    .isEqualTo("42");
            assertThat(failureOf(wrong)).isEqualTo(ErrorCode.SCRIPT_ERROR);
            assertThat(failureOf(executor.begin(Plays.job("42", null, tiny))))
                    .as("not even begun")
                    .isEqualTo(ErrorCode.SOURCE);
        }
    }

    private static ErrorCode failureOf(CompletableFuture<ScriptOutcome> end) {
        Throwable why = end.handle((_, e) -> e).orTimeout(30, TimeUnit.SECONDS).join();
        return ((CircleException) why).code();
    }

    @Test
    default void cancellingStopsWhatWasBegun() {
        try (ScriptExecutor executor = open(1, 1)) {
            var endless = executor.begin(Plays.job("for (;;);"));
            await().atMost(Duration.ofSeconds(30)).until(() -> isBusy(executor));
            assertThat(endless.cancel(false)).isTrue();
            awaitFree(executor);
        }
    }

    private static boolean isBusy(ScriptExecutor executor) throws InterruptedException {
        try {
            executor.execute(Plays.job("1", null, Plays.wall(50)));
            return false;
        } catch (CircleException e) {
            return e.code() == ErrorCode.BUSY;
        }
    }

    @Test
    default void anInterruptTakesBackAJobThatWaits() throws Exception {
        try (ScriptExecutor executor = open(1, 1)) {
            Call endless = Call.startAndSettle(executor, Plays.job("for (;;);"));
            Call waiting = Call.startAndSettle(executor, Plays.job("1"));
            waiting.thread().interrupt();
            assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
            Call next = Call.startAndSettle(executor, Plays.job("'next'"));
            endless.thread().interrupt();
            assertThat(next.result().get(30, TimeUnit.SECONDS).output()).isEqualTo("next");
        }
    }

    @Test
    default void aFullQueueIsBusyAtOnce() {
        try (ScriptExecutor executor = open(1, 1)) {
            Call.startAndSettle(executor, Plays.job("for (;;);"));
            Call.startAndSettle(executor, Plays.job("1"));
            CircleException busy = refusal(executor);
            assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
            assertThat(Plays.data(busy).path("retryable").asBoolean()).isTrue();
        }
    }

    private static CircleException refusal(ScriptExecutor executor) {
        return catchThrowableOfType(CircleException.class, () -> executor.execute(Plays.job("1")));
    }

    @Test
    default void aJobThatWaitedLongerThanItsWallTimeIsBusy() {
        try (ScriptExecutor executor = open(1, 1)) {
            Call.startAndSettle(executor, Plays.job("for (;;);"));
            Call impatient = Call.start(executor, Plays.job("1", null, Plays.wall(50)));
            assertThat(impatient.code()).isEqualTo(ErrorCode.BUSY);
        }
    }

    @Test
    default void closingCancelsWhatRunsAndWhatWaits() {
        ScriptExecutor executor = open(1, 1);
        Call running = Call.startAndSettle(executor, Plays.job("for (;;);"));
        Call waiting = Call.startAndSettle(executor, Plays.job("for (;;);"));
        executor.close();
        assertThat(running.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(waiting.code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(refusal(executor).code()).isEqualTo(ErrorCode.NO_WORKER);
    }

    @Test
    default void closingTwiceIsFine() {
        ScriptExecutor executor = open(2, 1);
        executor.close();
        executor.close();
    }

    @Test
    default void manyCallersGetTheirOwnResults() throws Exception {
        var calls = new ArrayList<Call>();
        try (ScriptExecutor executor = open(2, 200)) {
            for (int i = 0; i < 200; i++) {
                calls.add(Call.start(executor, Plays.job("args * 2", Plays.json("" + i), WIDE)));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(calls.get(i).result().get(30, TimeUnit.SECONDS).output())
                        .isEqualTo("" + 2 * i);
            }
        }
    }
}
