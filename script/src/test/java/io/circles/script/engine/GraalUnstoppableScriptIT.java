package io.circles.script.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptExecutor;
import io.circles.script.contract.Plays;
import io.circles.script.contract.UnstoppableScriptContract;
import java.time.Duration;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@Tag("unstoppable")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GraalUnstoppableScriptIT extends UnstoppableScriptContract {
    /// Goes on for a while, whatever one does, and then ends.
    private static String untilLength(int length) {
        return "Array.prototype.indexOf.call({length: %d}, 1)".formatted(length);
    }

    @Override
    protected ScriptExecutor open(int threads, int waiting) {
        return new GraalScriptExecutor(threads, waiting);
    }

    @Test
    @Order(1)
    void whenAllThreadsAreStuckThereIsNoWorkerUntilOneComesBack() {
        try (ScriptExecutor executor = open(1, 4)) {
            Plays plays = () -> executor;
            ErrorCode answer = ErrorCode.SCRIPT_TIMEOUT;
            for (int n = 4_000_000; n < 1 << 29 && answer == ErrorCode.SCRIPT_TIMEOUT; n *= 2) {
                answer = plays.failure(untilLength(n), Plays.wall(20)).code();
            }
            assertThat(answer).isEqualTo(ErrorCode.NO_WORKER);
            await().atMost(Duration.ofSeconds(50))
                    .ignoreExceptionsInstanceOf(CircleException.class)
                    .until(() -> plays.output("'back'").equals("back"));
        }
    }
}
