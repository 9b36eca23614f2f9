package io.circles.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT10S, 10 s",
        "PT2M, 120 s",
        "PT0.2S, 200 ms",
        "PT1.5S, 1500 ms",
        "PT-1S, -1 s"
    })
    void itIsInSecondsOrMilliseconds(Duration duration, String text) {
        assertThat(DurationText.of(duration)).isEqualTo(text);
    }
}
