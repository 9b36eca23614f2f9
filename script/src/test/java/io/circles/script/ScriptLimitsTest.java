package io.circles.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ScriptLimitsTest {
    @Test
    void aCallerCanOnlyShortenTheWallTime() {
        assertThat(ScriptLimits.DEFAULTS.withWallMs(10).wallMs()).isEqualTo(10);
        assertThat(ScriptLimits.DEFAULTS.withWallMs(10_000)).isEqualTo(ScriptLimits.DEFAULTS);
    }

    @Test
    void aLimitThatLeavesNothingIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScriptLimits.DEFAULTS.withWallMs(0))
                .withMessage("wallMs is 1 or more, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScriptLimits.DEFAULTS.toBuilder().memoryBytes(1000).build())
                .withMessage("memoryBytes is 1048576 or more, not 1000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScriptLimits.DEFAULTS.toBuilder().logLines(-1).build())
                .withMessageStartingWith("logLines");
    }
}
