package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.script.ScriptJob;
import io.circles.script.contract.Plays;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WorkerRunTest {
    private final ScriptJob job = Plays.job("1");
    private final WorkerRun run =
            new WorkerRun(
                    new StreamEntry("jobs", "1-1", new byte[0]),
                    JobMessages.of(new RunKey("node", 1), Instant.MAX),
                    false);
    private final CompletableFuture<String> end = new CompletableFuture<>();

    @Test
    void whatIsTakenBackBeforeItBeginsDoesNotBegin() {
        run.cancel();
        assertThat(run.begins(job)).isFalse();
    }

    @Test
    void whatIsTakenBackWhileItBeginsEndsAtOnce() {
        assertThat(run.begins(job)).isTrue();
        run.cancel();
        run.began(end);
        assertThat(end).isCancelled();
    }

    @Test
    void whatIsTakenBackLaterIsCancelled() {
        assertThat(run.begins(job)).isTrue();
        run.began(end);
        assertThat(end).isNotDone();
        run.cancel();
        assertThat(end).isCancelled();
        assertThat(run.runs(job)).isTrue();
    }
}
