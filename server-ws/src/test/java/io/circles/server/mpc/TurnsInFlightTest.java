package io.circles.server.mpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TurnsInFlightTest {
    private static final long BRIEFLY = Duration.ofMillis(30).toNanos();
    private static final long LONG = Duration.ofMinutes(1).toNanos();

    private final TurnsInFlight turns = new TurnsInFlight(2);

    @Test
    void thereAreAsManyAsItSaysAndNoMore() {
        TurnsInFlight.Mark first = turns.begin("a");
        turns.begin("b");
        assertThatThrownBy(() -> turns.begin("c"))
                .hasMessage("Busy: 2 requests of this connection wait already");
        first.end(() -> {});
        turns.begin("c");
    }

    @Test
    void whoHasTheAnswerMayUseItsIdAndItsPlaceAgain() {
        AtomicBoolean answered = new AtomicBoolean();
        turns.begin("b");
        turns.begin("a")
                .end(
                        () -> {
                            assertThat(turns.inFlight("a")).isFalse();
                            turns.begin("a");
                            answered.set(true);
                        });
        assertThat(answered).isTrue();
    }

    @Test
    void whatIsBeingAnsweredIsWaitedForAndNothingElse() throws InterruptedException {
        turns.begin("a").end(this::waitInVain);
        long deadline = System.nanoTime() + LONG;
        turns.awaitIdle(deadline);
        assertThat(System.nanoTime()).isLessThan(deadline);
    }

    private void waitInVain() {
        long deadline = System.nanoTime() + BRIEFLY;
        try {
            turns.awaitIdle(deadline);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(System.nanoTime()).isGreaterThanOrEqualTo(deadline);
    }
}
