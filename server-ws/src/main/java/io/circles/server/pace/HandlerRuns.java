package io.circles.server.pace;

import static java.util.function.Predicate.not;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.server.pace.Backlog.Occasion;
import io.circles.server.store.Due;
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
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/// Runs the circle's handlers for what has happened: until that was handled, or the handler has
/// failed too often, with longer and longer pauses. What the server is to blame for does not count.
/// What is to be handled stands in the backlog, and nowhere else: so it takes no memory, and goes
/// on after the next start; that nothing is done twice, the handler sees to. Thread-safe.
public final class HandlerRuns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HandlerRuns.class);
    private static final String RAN = "";
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final String circle;
    private final String what;
    private final Backlog backlog;
    private final Retries retries;
    private final int atOnce;
    private final ExecutorService threads;
    private final Semaphore turns;
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final Chore chore;

    /// The kind of error for which the server could not run a handler the last time.
    private final AtomicReference<String> hindrance = new AtomicReference<>(RAN);

    /// @param circle its name or key, for the log
    /// @param what the handlers are run for, for the log
    /// @param atOnce how many run at once: handlers that take long leave room for the circle's
    ///     callers
    /// @param timer only starts what is due
    public HandlerRuns(
            String circle,
            String what,
            Backlog backlog,
            Retries retries,
            int atOnce,
            ScheduledExecutorService timer) {
        this.circle = circle;
        this.what = what;
        this.backlog = backlog;
        this.retries = retries;
        this.atOnce = atOnce;
        this.threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("handler-", 0).factory());
        this.turns = new Semaphore(atOnce);
        this.chore = new Chore("handling " + what, this::handleAll, threads, timer);
    }

    /// Something may have happened; returns at once.
    public void wake() {
        chore.wake();
    }

    /// Threads that are interrupted when it is closed.
    public Executor threads() {
        return threads;
    }

    private void handleAll() throws InterruptedException {
        List<String> ready = ready();
        while (!ready.isEmpty()) {
            for (String id : ready) {
                turns.acquire();
                start(id);
            }
            ready = ready();
        }
    }

    /// Of twice as many as can run, some do not run yet.
    private List<String> ready() {
        Set<String> busy = Set.copyOf(running);
        Due due = backlog.due(2 * atOnce);
        due.next().ifPresent(chore::wakeAfter);
        return due.ids().stream().filter(not(busy::contains)).toList();
    }

    private void start(String id) throws InterruptedException {
        running.add(id);
        try {
            threads.execute(() -> run(id));
        } catch (RejectedExecutionException e) {
            throw new InterruptedException("closed");
        }
    }

    private void run(String id) {
        try {
            boolean more = handle(id);
            running.remove(id);
            if (more) {
                chore.wake();
            }
        } catch (InterruptedException e) {
            said(LOG.atDebug(), id).log("is handled after the next start");
        } finally {
            turns.release();
        }
    }

    /// Waits a moment when what became of it cannot be kept: it would be tried again at once.
    ///
    /// @return whether there may be something to do because of it
    private boolean handle(String id) throws InterruptedException {
        try {
            Optional<Occasion> occasion = backlog.occasion(id);
            return occasion.isPresent() && handle(id, occasion.get());
        } catch (RuntimeException e) {
            said(LOG.atError(), id).setCause(e).log("was not read or kept");
            Thread.sleep(Chore.AGAIN);
            return true;
        }
    }

    private boolean handle(String id, Occasion occasion) throws InterruptedException {
        try {
            occasion.handle();
        } catch (RuntimeException e) {
            failed(id, occasion, e);
            return true;
        }
        hindrance.set(RAN);
        return occasion.done();
    }

    private void failed(String id, Occasion occasion, RuntimeException why) {
        boolean counts = why instanceof CircleException told && isOfFunction(told.code());
        if (counts) {
            hindrance.set(RAN);
        }
        boolean last = counts && occasion.failures() + 1 >= retries.most();
        LoggingEventBuilder log =
                said(LOG.atLevel(counts ? Level.WARN : level(why)), id)
                        .addKeyValue("failures", occasion.failures() + (counts ? 1 : 0))
                        .addKeyValue("tries", occasion.tries() + 1);
        (why instanceof CircleException told ? withPlace(log, told) : log.setCause(why))
                .log(last ? "its handler failed for the last time" : "its handler was not run");
        if (last) {
            occasion.givenUp(why);
        } else if (!threads.isShutdown()) {
            Duration pause =
                    counts
                            ? retries.pause(occasion.failures())
                            : Retries.OF_SERVER.pause(occasion.tries() - occasion.failures());
            occasion.tried(counts, pause, why);
        }
    }

    /// What keeps all handlers from running is said once, until one has run.
    private Level level(RuntimeException why) {
        String now = why instanceof CircleException told ? told.code().kind() : RAN;
        boolean known = now.equals(hindrance.getAndSet(now)) && !now.equals(RAN);
        return known ? Level.DEBUG : Level.WARN;
    }

    private LoggingEventBuilder said(LoggingEventBuilder log, String id) {
        return log.addKeyValue("circle", circle).addKeyValue(what, id);
    }

    /// Without the message: it may say what the log is not to know.
    private static LoggingEventBuilder withPlace(LoggingEventBuilder log, CircleException why) {
        JsonNode data = why.error().data();
        return log.addKeyValue("kind", why.code().kind())
                .addKeyValue("line", data == null ? "" : data.path("line").asText());
    }

    /// Whether it is the function that failed, and not the server that could not run it. A worker
    /// is lost only by what ran in it, or after it had acted: one that did neither runs again.
    private static boolean isOfFunction(ErrorCode code) {
        return code == ErrorCode.SCRIPT_ERROR
                || code == ErrorCode.WORKER_LOST
                || EnumSet.range(ErrorCode.SCRIPT_TIMEOUT, ErrorCode.EFFECTS).contains(code);
    }

    /// Interrupts what runs, and waits a moment for its end.
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(CLOSING.toSeconds(), TimeUnit.SECONDS)) {
                LOG.atWarn().addKeyValue("circle", circle).log("a handler does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
