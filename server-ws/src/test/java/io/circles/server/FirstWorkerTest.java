package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstWorkerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Duration> waits = new ArrayList<>();
    private long now;
    private boolean ready;
    private final FirstWorker first = new FirstWorker(this::wait, PATIENCE, () -> now);

    /// Waits by a clock of its own.
    private boolean wait(Duration atMost) {
        waits.add(atMost);
        now += ready ? 0 : atMost.toNanos();
        return ready;
    }

    private void awaitInVain() {
        assertThat(catchThrowableOfType(CircleException.class, first::await).code())
                .isEqualTo(ErrorCode.NO_WORKER);
    }

    @Test
    void oneOfManyWaits() {
        awaitInVain();
        awaitInVain();
        awaitInVain();

        assertThat(waits).containsExactly(PATIENCE, Duration.ZERO, Duration.ZERO);
    }

    @Test
    void muchLaterOneWaitsAgain() {
        awaitInVain();
        now += PATIENCE.toNanos();
        awaitInVain();

        assertThat(waits).containsExactly(PATIENCE, PATIENCE);
    }

    @Test
    void whoFindsOneGoesOn() throws InterruptedException {
        awaitInVain();
        ready = true;
        first.await();

        assertThat(waits).containsExactly(PATIENCE, Duration.ZERO);
    }
}
