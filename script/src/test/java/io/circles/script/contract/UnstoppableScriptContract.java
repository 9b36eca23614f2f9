package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Scripts that the engine cannot stop: the caller has its answer in time all the same, and the
/// executor serves the next. Where scripts run in this process they go on using a processor, so the
/// tests of such an executor come last.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public abstract class UnstoppableScriptContract {
    /// A new executor that runs and keeps so many jobs; the test closes it.
    protected abstract ScriptExecutor open(int threads, int waiting);

    @Test
    void builtInsOverAnEndlessArrayAreAnsweredInTime() {
        answersInTime("Array.prototype.indexOf.call({length: 2 ** 53 - 1}, 1)");
    }

    @Test
    void recursionThatCatchesItsOverflowIsAnsweredInTime() {
        answersInTime("(function f() { try { f() } catch { f() } })()");
    }

    private void answersInTime(String source) {
        try (ScriptExecutor executor = open(1, 1)) {
            Plays plays = () -> executor;
            long start = System.nanoTime();
            CircleException failure = plays.failure(source, Plays.wall(100));
            assertThat(failure.code()).isEqualTo(ErrorCode.SCRIPT_TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(20));
            assertThat(plays.output("'next'")).isEqualTo("next");
        }
    }
}
