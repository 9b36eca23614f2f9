package io.circles.script.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.contract.Plays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LimitGuardTest {
    private static ScriptRun overdue() {
        ScriptRun run = new ScriptRun(Plays.job("1"));
        run.stop(new CircleException(ErrorCode.CPU));
        return run;
    }

    private static void assertGivenUp(ScriptRun run) {
        assertThatThrownBy(run::awaitOutcome)
                .isInstanceOfSatisfying(
                        CircleException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CPU));
    }

    @Test
    void noErrorEndsTheGuard() {
        Queue<ScriptRun> abandoned = new ConcurrentLinkedQueue<>();
        try (LimitGuard guard =
                new LimitGuard(
                        run -> {
                            abandoned.add(run);
                            throw new LinkageError("as the engine's classes may");
                        },
                        () -> {})) {
            guard.start();
            ScriptRun first = overdue();
            guard.add(first);
            assertGivenUp(first);
            ScriptRun second = overdue();
            guard.add(second);
            assertGivenUp(second);

            assertThat(abandoned).containsExactly(first, second);
        }
    }
}
