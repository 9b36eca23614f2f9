package io.circles.server.sigsocket;

import static java.time.temporal.ChronoUnit.MILLIS;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends requests when their time is over. Thread-safe.
///
/// @param timer only starts what is due
/// @param threads on which that is done
/// @param clock says what is due
/// @param end ends a request, if it has not ended; whatever it throws says that this was not kept
record Expiry(
        ScheduledExecutorService timer,
        Executor threads,
        InstantSource clock,
        Consumer<Pending> end) {
    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);

    /// After how long an end is tried again that could not be kept.
    private static final long AGAIN_MILLIS = 5_000;

    /// Ends a request in time.
    void add(Pending pending) {
        long left = clock.instant().until(pending.request.expiresAt(), MILLIS);
        addAfter(pending, Math.max(1, left));
    }

    private void addAfter(Pending pending, long millis) {
        pending.expiresWith(
                timer.schedule(
                        () -> threads.execute(() -> expire(pending)),
                        millis,
                        TimeUnit.MILLISECONDS));
    }

    private void expire(Pending pending) {
        if (clock.instant().isBefore(pending.request.expiresAt())) {
            // the timer was early by the clock
            add(pending);
            return;
        }
        try {
            end.accept(pending);
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("request", pending.id())
                    .setCause(e)
                    .log("its end was not kept yet");
            addAfter(pending, AGAIN_MILLIS);
        }
    }
}
