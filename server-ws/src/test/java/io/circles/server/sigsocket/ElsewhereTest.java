package io.circles.server.sigsocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.script.state.LoggedEffect;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// What in a shared log is for a server that may be away.
class ElsewhereTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    private final Elsewhere elsewhere = new Elsewhere(Duration.ofDays(7));

    private void add(long number, Instant at) {
        elsewhere.add(new LoggedEffect(number, "run", "cancel_sign", "{}", at));
    }

    @Test
    void itStaysUntilWhatItIsAboutCannotBeOpen() {
        add(1, NOW);
        add(2, NOW.plusSeconds(10));

        assertThat(elsewhere.takeOld(NOW.plus(Duration.ofDays(7)))).isEmpty();
        assertThat(elsewhere.takeOld(NOW.plus(Duration.ofDays(7)).plusSeconds(1)))
                .containsExactly(1L);
    }

    @Test
    void nobodyGetsItOutOfTheLogByAddingMore() {
        add(1, NOW);
        for (int i = 0; i < Elsewhere.MOST; i++) {
            add(i + 2, NOW);
        }

        assertThat(elsewhere.takeOld(NOW)).isEmpty();
        assertThat(elsewhere.takeOld(NOW.plus(Duration.ofDays(8))))
                .as("so many are remembered")
                .hasSize(Elsewhere.MOST)
                .startsWith(1L);
    }
}
