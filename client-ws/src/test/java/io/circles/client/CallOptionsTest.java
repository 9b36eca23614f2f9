package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallOptionsTest {
    @Test
    void aTimeoutReplacesTheUsualOne() {
        Duration usual = Duration.ofSeconds(1);

        assertThat(CallOptions.standard().timeoutOr(usual)).isEqualTo(usual);
        assertThat(CallOptions.idempotent().withTimeout(Duration.ofMinutes(1)).timeoutOr(usual))
                .isEqualTo(Duration.ofMinutes(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallOptions.timeout(Duration.ZERO))
                .withMessage("a timeout is more than nothing, not 0 s");
    }

    @Test
    void onlyWhatHasAKeyIsSentAgain() {
        assertThat(CallOptions.timeout(Duration.ofSeconds(1)).repeats()).isFalse();
        assertThat(CallOptions.idempotent().repeats()).isTrue();
        assertThat(CallOptions.idempotencyKey("k").withTimeout(Duration.ofSeconds(1)).key())
                .contains("k");
    }

    @Test
    void aKeyHasOneTo128Characters() {
        assertThatIllegalArgumentException().isThrownBy(() -> CallOptions.idempotencyKey(""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CallOptions.idempotencyKey("x".repeat(129)));
    }
}
