package io.circles.server.sigsocket;

import io.circles.protocol.CircleException;
import io.circles.server.store.AskingRow;
import io.circles.server.store.SignStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the circle's handler of each end, a few at a time: until it was told, or [#MOST_TRIES]
/// times in vain, with longer and longer pauses. What is not done when the server ends is done
/// after the next start; that nothing is done twice, the handler sees to. Thread-safe.
final class SignedRuns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SignedRuns.class);

    /// With the pauses that is some twenty minutes.
    static final int MOST_TRIES = 12;

    private static final int AT_ONCE = 4;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final SignStore store;
    private final SignedHandler handler;
    private final ScheduledExecutorService timer;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("signed-", 0).factory());
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    SignedRuns(SignStore store, SignedHandler handler, ScheduledExecutorService timer) {
        this.store = store;
        this.handler = handler;
        this.timer = timer;
    }

    /// Something has ended; returns at once.
    void add(String asking) {
        execute(() -> tell(asking));
    }

    /// Runs a task, unless it is closed.
    void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("is done after the next start");
        }
    }

    private void tell(String asking) {
        try {
            turns.acquire();
            try {
                Optional<AskingRow> row = store.asking(asking);
                if (row.isPresent()) {
                    tell(row.get());
                }
            } finally {
                turns.release();
            }
        } catch (InterruptedException e) {
            LOG.atDebug().addKeyValue("request", asking).log("is told after the next start");
        } catch (CircleException | IllegalStateException e) {
            LOG.atError().addKeyValue("request", asking).setCause(e).log("was not read or kept");
            again(asking, MOST_TRIES);
        }
    }

    private void tell(AskingRow asking) throws InterruptedException {
        try {
            handler.signed(SignedEvent.of(asking), "signed/" + asking.id());
        } catch (CircleException e) {
            failed(asking, e);
            return;
        }
        store.done(asking.id());
    }

    private void failed(AskingRow asking, CircleException why) {
        int tries = asking.tries() + 1;
        boolean last = tries >= MOST_TRIES;
        LOG.atWarn()
                .addKeyValue("request", asking.id())
                .addKeyValue("tries", tries)
                .addKeyValue("code", why.code())
                .log(last ? "onSigned failed for the last time" : "onSigned failed");
        if (last) {
            store.done(asking.id());
        } else if (!threads.isShutdown()) {
            store.tried(asking.id());
            again(asking.id(), tries);
        }
    }

    private void again(String asking, int tries) {
        long seconds = Math.min(LONGEST_PAUSE.toSeconds(), 1L << (tries - 1));
        var _ = timer.schedule(() -> add(asking), seconds, TimeUnit.SECONDS);
    }

    /// Interrupts what runs, and waits a moment for its end.
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(CLOSING.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("onSigned does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
