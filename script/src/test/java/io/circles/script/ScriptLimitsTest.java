package io.circles.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ScriptLimitsTest {
    @Test
    void theDefaultsAreTheDocumentedOnes() {
        assertThat(ScriptLimits.DEFAULTS)
                .isEqualTo(
                        new ScriptLimits(5000, 1000, 268435456, 1048576, 1048576, 1048576, 1000));
    }

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
                .isThrownBy(() -> new ScriptLimits(1, 1, 1000, 1, 1, 1, 0))
                .withMessage("memoryBytes is 1048576 or more, not 1000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScriptLimits(1, 1, 1 << 20, 1, 1, 1, -1))
                .withMessageStartingWith("logLines");
    }
}
