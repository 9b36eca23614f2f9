package io.circles.server.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetriesTest {
    private static final Duration DAY = Duration.ofDays(1);

    private static Duration allPauses(Retries retries) {
        return IntStream.range(0, retries.most() - 1)
                .mapToObj(retries::pause)
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Test
    void eightAttemptsTakeADayAndEachPauseIsLonger() {
        Retries retries = Retries.over(8, DAY);

        assertThat(allPauses(retries)).isBetween(DAY.minusMinutes(1), DAY);
        assertThat(retries.pause(0)).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(90));
        assertThat(retries.pause(6)).isBetween(Duration.ofHours(15), Duration.ofHours(17));
    }

    @Test
    void twoAttemptsAreThatFarApartAndOneHasNoPause() {
        assertThat(allPauses(Retries.over(2, DAY))).isEqualTo(DAY);
        assertThat(allPauses(Retries.over(1, DAY))).isZero();
    }

    @Test
    void manyAttemptsInAShortTimeAreStillApart() {
        assertThat(Retries.over(50, Duration.ofMillis(1)).pause(0)).isPositive();
    }

    @Test
    void whatTheServerIsToBlameForIsTriedAgainSoonAndForEver() {
        assertThat(Retries.OF_SERVER.pause(0)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Retries.OF_SERVER.pause(3)).isEqualTo(Duration.ofSeconds(8));
        assertThat(Retries.OF_SERVER.pause(1_000_000)).isEqualTo(Duration.ofMinutes(5));
    }
}
