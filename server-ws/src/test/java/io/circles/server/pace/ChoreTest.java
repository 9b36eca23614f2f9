package io.circles.server.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On one thread, with a timer on which nothing is ever due.
class ChoreTest {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Timer timer = new Timer();
    private int done;

    /// Only notes what is to be done later.
    private static final class Timer extends ScheduledThreadPoolExecutor {
        final List<Duration> pauses = new ArrayList<>();

        Timer() {
            super(0);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            pauses.add(Duration.of(delay, unit.toChronoUnit()));
            return super.schedule(command, 1, TimeUnit.DAYS);
        }
    }

    @AfterEach
    void end() {
        timer.shutdownNow();
    }

    private Chore chore(Chore.Work work) {
        return new Chore("test", work, tasks::add, timer);
    }

    private void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Test
    void whoeverWakesItOftenBeforeItBeginsHasItDoneOnce() {
        Chore chore = chore(() -> done++);
        chore.wake();
        chore.wake();
        run();
        assertThat(done).isEqualTo(1);
        chore.wake();
        run();
        assertThat(done).isEqualTo(2);
    }

    @Test
    void whatComesWhileItIsDoneIsLookedAtToo() {
        Chore[] chore = new Chore[1];
        chore[0] =
                chore(
                        () -> {
                            done++;
                            if (done == 1) {
                                chore[0].wake();
                            }
                        });
        chore[0].wake();
        run();
        assertThat(done).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class})
    void whateverItFailsOfItIsTriedAgainLaterAndCanBeWokenBefore(Class<? extends Throwable> why) {
        Chore chore =
                chore(
                        () -> {
                            done++;
                            if (done == 1) {
                                fail(why);
                            }
                        });
        chore.wake();
        run();
        assertThat(done).isEqualTo(1);
        assertThat(timer.pauses).containsExactly(Chore.AGAIN);
        chore.wake();
        run();
        assertThat(done).isEqualTo(2);
    }

    private static void fail(Class<? extends Throwable> why) {
        if (why == StackOverflowError.class) {
            throw new StackOverflowError();
        }
        throw new IllegalStateException();
    }

    @Test
    void whereNothingIsTakenAnyMoreWakingItDoesNothing() {
        Chore chore =
                new Chore(
                        "test",
                        () -> done++,
                        task -> {
                            throw new RejectedExecutionException();
                        },
                        timer);
        chore.wake();
        assertThat(done).isZero();
    }

    @Test
    void ofTwoTimesForLaterTheLastOneCounts() {
        Chore chore = chore(() -> done++);
        chore.wakeAfter(Duration.ofSeconds(9));
        chore.wakeAfter(Duration.ofSeconds(3));
        assertThat(timer.pauses).containsExactly(Duration.ofSeconds(9), Duration.ofSeconds(3));
        timer.setRemoveOnCancelPolicy(true);
        timer.purge();
        assertThat(timer.getQueue()).hasSize(1);
    }
}
