package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.ScriptExecutor;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Somebody else's circle on the same executor, whose scripts go on while an attack runs.
///
/// One thread plays and is the only one to write; any thread may ask.
final class Neighbour implements AutoCloseable {
    private static final PublicKey CIRCLE =
            PublicKey.parse("02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9");
    private static final PublicKey BOB =
            PublicKey.parse("02e493dbf1c10d80f3581e4904930b1404cc6c13900ee0758474fa94abe8c4cd13");
    private static final long PAUSE_MS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ScriptExecutor executor;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong answered = new AtomicLong();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    Neighbour(ScriptExecutor executor) {
        this.executor = executor;
        var _ = thread.scheduleWithFixedDelay(this::play, 0, PAUSE_MS, TimeUnit.MILLISECONDS);
    }

    private void play() {
        long n = answered.get();
        String answer;
        try {
            answer =
                    executor.execute(
                                    Plays.job(
                                            CIRCLE,
                                            Caller.of(BOB),
                                            "({twice: args * 2, clean: typeof {}.evil + [].length})",
                                            Json.tree(n),
                                            Plays.WIDE))
                            .result()
                            .output();
        } catch (InterruptedException e) {
            return;
        } catch (RuntimeException e) {
            answer = e.toString();
        }
        if (!answer.equals("{\"twice\":%d,\"clean\":\"undefined0\"}".formatted(2 * n))) {
            wrong.add(answer);
        }
        answered.incrementAndGet();
    }

    /// How many scripts have been answered.
    long answered() {
        return answered.get();
    }

    /// Every script so far had its right answer, and there were some after that many.
    void wasServedSince(long before) {
        await().atMost(PATIENCE).until(() -> answered() > before);
        assertThat(wrong).isEmpty();
    }

    @Override
    public void close() {
        var _ = thread.shutdownNow();
    }
}
