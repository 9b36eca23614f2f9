package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.ScriptJob;
import io.circles.script.contract.Plays;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SuspectsTest {
    private static final ScriptJob ALICES = Plays.job("1");
    private static final ScriptJob NOBODYS = anonymous(Plays.CIRCLE);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Suspects suspects = new Suspects(() -> now);

    private static ScriptJob anonymous(PublicKey circle) {
        return Plays.job(circle, Caller.anonymous(), "1", null, Plays.WIDE);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private void endThree(ScriptJob job) {
        for (int i = 0; i < 3; i++) {
            suspects.ended(job);
        }
    }

    private Duration refused(ScriptJob job) {
        return Duration.ofMillis(
                suspects.refusal(job)
                        .map(e -> Plays.data(e).path("retry_after_ms").asLong())
                        .orElse(0L));
    }

    @Test
    void threeWithinAMinuteAreTooMany() {
        suspects.ended(ALICES);
        suspects.ended(ALICES);
        assertThat(refused(ALICES)).isZero();
        suspects.ended(ALICES);
        assertThat(refused(ALICES)).isEqualTo(Duration.ofMinutes(1));
        assertThat(refused(NOBODYS)).as("another caller of the circle").isZero();
    }

    @Test
    void threeInALongerTimeAreNot() {
        for (int i = 0; i < 5; i++) {
            suspects.ended(ALICES);
            pass(Duration.ofSeconds(31));
        }
        assertThat(refused(ALICES)).isZero();
    }

    @Test
    void theRefusalEndsAndDoublesWhenItGoesOn() {
        endThree(ALICES);
        pass(Duration.ofMinutes(1));
        assertThat(refused(ALICES)).isZero();
        endThree(ALICES);
        assertThat(refused(ALICES)).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void noRefusalIsLongerThanAnHour() {
        for (int i = 0; i < 8; i++) {
            pass(refused(ALICES));
            endThree(ALICES);
        }
        assertThat(refused(ALICES)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void afterSomeHoursAllIsForgotten() {
        endThree(ALICES);
        pass(Duration.ofHours(4));
        endThree(ALICES);
        assertThat(refused(ALICES)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void callersWithoutAKeyAreOneWithTheirCircle() {
        endThree(NOBODYS);
        assertThat(refused(NOBODYS)).isEqualTo(Duration.ofMinutes(1));
        assertThat(refused(anonymous(Plays.ALICE))).isZero();
    }

    @Test
    void aCircleIsKeptApartForAMinute() {
        assertThat(suspects.isApart(Plays.CIRCLE)).isFalse();
        suspects.ended(ALICES);
        assertThat(suspects.isApart(Plays.CIRCLE)).isTrue();
        pass(Duration.ofSeconds(61));
        assertThat(suspects.isApart(Plays.CIRCLE)).isFalse();
    }

    @Test
    void aCircleIsHeavyForAMinuteAndHasEndedNothing() {
        suspects.setHeavy(Plays.CIRCLE);
        assertThat(suspects.isHeavy(Plays.CIRCLE)).isTrue();
        assertThat(suspects.isHeavy(Plays.ALICE)).isFalse();
        assertThat(suspects.isApart(Plays.CIRCLE)).isFalse();
        pass(Duration.ofSeconds(61));
        assertThat(suspects.isHeavy(Plays.CIRCLE)).isFalse();
    }
}
