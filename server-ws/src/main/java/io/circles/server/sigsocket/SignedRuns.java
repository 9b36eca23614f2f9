package io.circles.server.sigsocket;

import static java.util.function.Predicate.not;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.server.store.AskingRow;
import io.circles.server.store.SignStore;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the circle's handler of each end, one at a time: until it was told, or has failed
/// [#MOST_FAILURES] times, with longer and longer pauses. What the server is to blame for does not
/// count. What is to be told stands in the store, and nowhere else: so it takes no memory, and goes
/// on after the next start; that nothing is done twice, the handler sees to. Thread-safe.
final class SignedRuns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SignedRuns.class);

    /// With the pauses that is some twenty minutes.
    static final int MOST_FAILURES = 12;

    /// A handler that takes long leaves room for the circle's callers.
    private static final int AT_ONCE = 1;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final SignStore store;
    private final SignedHandler handler;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("signed-", 0).factory());
    private final Semaphore turns = new Semaphore(AT_ONCE);
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final Chore chore;

    SignedRuns(SignStore store, SignedHandler handler, ScheduledExecutorService timer) {
        this.store = store;
        this.handler = handler;
        this.chore = new Chore("telling of signatures", this::tellAll, threads, timer);
    }

    /// Something may have ended; returns at once.
    void wake() {
        chore.wake();
    }

    /// Threads that are interrupted when it is closed.
    Executor threads() {
        return threads;
    }

    private void tellAll() throws InterruptedException {
        List<String> ready = ready();
        while (!ready.isEmpty()) {
            for (String asking : ready) {
                turns.acquire();
                start(asking);
            }
            ready = ready();
        }
    }

    /// Of twice as many as can run, some do not run yet.
    private List<String> ready() {
        Set<String> busy = Set.copyOf(running);
        SignStore.Due due = store.due(2 * AT_ONCE);
        due.next().ifPresent(chore::wakeAfter);
        return due.askings().stream().filter(not(busy::contains)).toList();
    }

    private void start(String asking) throws InterruptedException {
        running.add(asking);
        try {
            threads.execute(() -> run(asking));
        } catch (RejectedExecutionException e) {
            throw new InterruptedException("closed");
        }
    }

    private void run(String asking) {
        try {
            boolean told = isTold(asking);
            running.remove(asking);
            if (!told) {
                chore.wake();
            }
        } catch (InterruptedException e) {
            LOG.atDebug().addKeyValue("request", asking).log("is told after the next start");
        } finally {
            turns.release();
        }
    }

    /// Waits a moment when what became of it cannot be kept: it would be tried again at once.
    private boolean isTold(String asking) throws InterruptedException {
        try {
            Optional<AskingRow> row = store.asking(asking);
            return row.isEmpty() || isTold(row.get());
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("request", asking).setCause(e).log("was not read or kept");
            Thread.sleep(Chore.AGAIN);
            return false;
        }
    }

    private boolean isTold(AskingRow asking) throws InterruptedException {
        try {
            handler.signed(SignedEvent.of(asking), "signed/" + asking.id());
        } catch (RuntimeException e) {
            failed(asking, e);
            return false;
        }
        store.done(asking.id());
        return true;
    }

    private void failed(AskingRow asking, RuntimeException why) {
        boolean counts = why instanceof CircleException told && isOfFunction(told.code());
        boolean last = counts && asking.failures() + 1 >= MOST_FAILURES;
        LOG.atWarn()
                .addKeyValue("request", asking.id())
                .addKeyValue("failures", asking.failures() + (counts ? 1 : 0))
                .addKeyValue("tries", asking.tries() + 1)
                .setCause(why)
                .log(last ? "onSigned failed for the last time" : "onSigned was not run");
        if (last) {
            store.givenUp(asking.id());
        } else if (!threads.isShutdown()) {
            store.tried(asking.id(), counts, pause(asking.tries()));
        }
    }

    /// Whether it is the function that failed, and not the server that could not run it.
    private static boolean isOfFunction(ErrorCode code) {
        return code == ErrorCode.SCRIPT_ERROR
                || EnumSet.range(ErrorCode.SCRIPT_TIMEOUT, ErrorCode.EFFECTS).contains(code);
    }

    private static Duration pause(int triesBefore) {
        Duration pause = Duration.ofSeconds(1L << Math.min(triesBefore, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
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
