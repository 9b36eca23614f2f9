package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.script.ScriptLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LimitsTest {
    @ParameterizedTest
    @CsvSource({
        "MESSAGE, 1048576",
        "BATCH, 100",
        "BATCH_RESPONSE, 25000000",
        "CONNECTIONS, 1000",
        "RUNS, 8",
        "IN_FLIGHT, 32",
        "QUEUED, 256",
        "OUTBOX, 4194304",
        "PING_MS, 20000",
        "IDLE_MS, 60000",
        "SESSION_MS, 3600000",
        "NONCE_MS, 60000",
        "FAILED_AUTHENTICATIONS, 5",
        "NONCES, 20",
        "DRAIN_MS, 10000"
    })
    void theDefaultsAreThoseOfTheProtocol(Limit limit, long value) {
        assertThat(Limits.DEFAULTS.get(limit)).isEqualTo(value);
    }

    @Test
    void theDefaultsOfARunAreThoseOfTheScriptModule() {
        assertThat(Limits.DEFAULTS.script()).isEqualTo(ScriptLimits.DEFAULTS);
    }

    @ParameterizedTest
    @EnumSource(Limit.class)
    void everyLimitTakesItsWholeRangeAndNothingElse(Limit limit) {
        assertThat(limit.byDefault()).isBetween(limit.least(), limit.most());
        assertThat(Limits.DEFAULTS.with(limit, limit.least()).get(limit)).isEqualTo(limit.least());
        assertThat(Limits.DEFAULTS.with(limit, limit.most()).get(limit)).isEqualTo(limit.most());
        for (long wrong : new long[] {limit.least() - 1, limit.most() + 1}) {
            assertThatThrownBy(() -> Limits.DEFAULTS.with(limit, wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(limit.word());
        }
    }

    @ParameterizedTest
    @EnumSource(Limit.class)
    void everyLimitIsKnownByItsWordWhichSaysItsUnit(Limit limit) {
        assertThat(Limit.of(limit.word())).contains(limit);
        assertThat(limit.word().endsWith("_ms")).isEqualTo(limit.unit() == Limit.Unit.MILLISECONDS);
    }

    @ParameterizedTest
    @EnumSource(Limit.class)
    void everyCountButThatOfStatementsFitsAnInt(Limit limit) {
        if (limit.unit() == Limit.Unit.COUNT && limit != Limit.STATEMENTS) {
            assertThat(limit.most()).isLessThanOrEqualTo(Integer.MAX_VALUE);
        }
    }

    @Test
    void changingOneLeavesTheOthersAndTheOriginalAlone() {
        Limits changed = Limits.DEFAULTS.with(Limit.RUNS, 2).with(Limit.IDLE_MS, 100);

        assertThat(changed.count(Limit.RUNS)).isEqualTo(2);
        assertThat(changed.time(Limit.IDLE_MS)).isEqualTo(Duration.ofMillis(100));
        assertThat(changed.get(Limit.QUEUED)).isEqualTo(256);
        assertThat(Limits.DEFAULTS.count(Limit.RUNS)).isEqualTo(8);
    }
}
