package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration CAP = Duration.ofSeconds(30);

    /// Always as much as it may be.
    private static final RandomGenerator MOST =
            new RandomGenerator() {
                @Override
                public long nextLong() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public long nextLong(long bound) {
                    return bound - 1;
                }
            };

    @Test
    void theLongestWaitDoublesUpToTheCap() {
        Backoff backoff = new Backoff(SECOND, CAP, MOST);

        assertThat(List.of(1, 2, 3, 4, 5, 6, 7, 100, Integer.MAX_VALUE))
                .extracting(attempt -> backoff.before(attempt).toSeconds())
                .containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L, 30L);
    }

    @Test
    void waitsAreSpreadOverAllOfTheirBound() {
        Backoff backoff = new Backoff(SECOND, CAP, new Random(1));
        List<Long> millis =
                IntStream.range(0, 1000).mapToObj(i -> backoff.before(3).toMillis()).toList();

        assertThat(millis).allMatch(wait -> wait >= 0 && wait <= 4000);
        assertThat(millis.stream().filter(wait -> wait < 1000).count()).isBetween(150L, 350L);
        assertThat(millis.stream().filter(wait -> wait > 3000).count()).isBetween(150L, 350L);
    }

    @Test
    void waitsThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.DEFAULT.waits(Duration.ZERO, CAP));
        assertThatIllegalArgumentException().isThrownBy(() -> Retry.DEFAULT.waits(CAP, SECOND));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.DEFAULT.waits(SECOND, Duration.ofDays(2)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.DEFAULT.patience(Duration.ofSeconds(-1)));
    }
}
