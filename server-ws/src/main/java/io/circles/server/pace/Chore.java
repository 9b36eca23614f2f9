package io.circles.server.pace;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work that is done whenever there may be something to do: by one thread at a time, once more when
/// something came meanwhile, and again after a moment when it fails. Thread-safe.
public final class Chore {
    private static final Logger LOG = LoggerFactory.getLogger(Chore.class);

    /// After how long what failed is tried again.
    public static final Duration AGAIN = Duration.ofSeconds(5);

    private final String what;
    private final Work work;
    private final Executor threads;
    private final ScheduledExecutorService timer;
    private final AtomicInteger woken = new AtomicInteger();
    private final AtomicReference<@Nullable ScheduledFuture<?>> next = new AtomicReference<>();

    /// Everything that there is to do at the moment.
    @FunctionalInterface
    public interface Work {
        /// Does it. Whatever it throws is in the log, and it is tried again.
        void run() throws InterruptedException;
    }

    /// @param what it is, for the log
    /// @param threads on which it is done; those that are interrupted stop
    /// @param timer only starts what is due
    public Chore(String what, Work work, Executor threads, ScheduledExecutorService timer) {
        this.what = what;
        this.work = work;
        this.threads = threads;
        this.timer = timer;
    }

    /// There may be something to do; returns at once.
    public void wake() {
        if (woken.getAndIncrement() == 0) {
            try {
                threads.execute(this::work);
            } catch (RejectedExecutionException e) {
                stopped();
            }
        }
    }

    /// Wakes it after some time, and not when that was said before.
    public void wakeAfter(Duration pause) {
        try {
            ScheduledFuture<?> before =
                    next.getAndSet(
                            timer.schedule(this::wake, pause.toMillis(), TimeUnit.MILLISECONDS));
            if (before != null) {
                before.cancel(false);
            }
        } catch (RejectedExecutionException e) {
            stopped();
        }
    }

    private void stopped() {
        LOG.atDebug().addKeyValue("what", what).log("goes on after the next start");
    }

    private void work() {
        int seen;
        do {
            seen = woken.get();
            try {
                work.run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                // an Error too: nothing would ever wake it again
                LOG.atError().addKeyValue("what", what).setCause(e).log("is tried again");
                if (woken.compareAndSet(seen, 0)) {
                    wakeAfter(AGAIN);
                    return;
                }
                // something came meanwhile, which need not wait
            }
        } while (!woken.compareAndSet(seen, 0));
    }
}
