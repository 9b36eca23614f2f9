package io.circles.script.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A few realms for scripts, made while nothing else is to be done: making one takes longer than
/// most scripts run.
///
/// Any thread takes; one daemon thread fills, for the options that were asked for last. It sleeps
/// until somebody has taken a realm, and stops for work. What is made for other options is thrown
/// away by whoever finds it.
final class RealmStock implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RealmStock.class);

    /// Enough for a burst; a realm takes some 80 KB.
    private static final int MOST = 8;

    private static final long RECHECK_NANOS = 1_000_000;
    private static final Duration TIME_TO_END = Duration.ofSeconds(1);

    private final ScriptContexts contexts;
    private final BooleanSupplier idle;
    private final ConcurrentLinkedDeque<Stocked> stock = new ConcurrentLinkedDeque<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("script-ahead").unstarted(this::fill);
    private volatile ScriptContexts.@Nullable Options wanted;
    private volatile boolean closed;

    private record Stocked(ScriptContexts.Options options, Realm realm) {}

    /// @param idle whether nothing waits for a processor
    RealmStock(ScriptContexts contexts, BooleanSupplier idle) {
        this.contexts = contexts;
        this.idle = idle;
    }

    void start() {
        thread.start();
    }

    /// A realm that nobody has used; whoever took it closes it.
    Realm take(ScriptContexts.Options options) {
        wanted = options;
        Stocked ready = stock.poll();
        while (ready != null && !ready.options.equals(options)) {
            ready.realm.close();
            ready = stock.poll();
        }
        LockSupport.unpark(thread);
        return ready == null ? contexts.open(options) : ready.realm;
    }

    private void fill() {
        while (!closed) {
            ScriptContexts.Options options = wanted;
            if (options == null || stock.size() >= MOST) {
                LockSupport.park(this);
            } else if (idle.getAsBoolean()) {
                add(options);
            } else {
                LockSupport.parkNanos(this, RECHECK_NANOS);
            }
        }
        empty();
    }

    /// Whatever goes wrong here, a script makes its realm itself.
    private void add(ScriptContexts.Options options) {
        try {
            stock.add(new Stocked(options, contexts.open(options)));
        } catch (RuntimeException e) {
            log.atWarn().setCause(EngineFailure.of(e)).log("no realm could be made ahead");
            LockSupport.park(this);
        }
    }

    private void empty() {
        for (Stocked each = stock.poll(); each != null; each = stock.poll()) {
            each.realm.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        Threads.join(List.of(thread), TIME_TO_END);
    }
}
