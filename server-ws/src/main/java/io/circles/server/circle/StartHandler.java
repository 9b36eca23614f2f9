package io.circles.server.circle;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.server.pace.Retries;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a circle's `onStart`, once for each start of its server.
///
/// One that throws keeps the circle from being started, as a module does that cannot be loaded.
/// What a limit, a busy machine or the state is to blame for does not: a circle's callers can bring
/// that about, and must not be able to keep the server from starting. It is tried again until it
/// has run. Thread-safe.
public final class StartHandler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StartHandler.class);
    private static final Retries RETRIES =
            new Retries(Integer.MAX_VALUE, Duration.ofSeconds(5), 2, Duration.ofMinutes(5));

    private final String circle;
    private final CircleScripts scripts;
    private final Executor threads;
    private final ScheduledExecutorService timer;
    private volatile boolean closed;

    /// @param circle its name
    /// @param threads on which it is run again
    /// @param timer only starts what is due
    public StartHandler(
            String circle,
            CircleScripts scripts,
            Executor threads,
            ScheduledExecutorService timer) {
        this.circle = circle;
        this.scripts = scripts;
        this.threads = threads;
        this.timer = timer;
    }

    /// Runs it for the first time. Blocks meanwhile.
    ///
    /// @throws CircleException [ErrorCode#SCRIPT_ERROR] if it threw
    public void run() throws InterruptedException {
        try {
            scripts.onStart();
        } catch (CircleException e) {
            if (e.code() == ErrorCode.SCRIPT_ERROR) {
                throw e;
            }
            later(e, 0);
        }
    }

    /// @param before how often it has failed before that
    private void later(RuntimeException why, int before) {
        Duration pause = RETRIES.pause(before);
        LOG.atError()
                .addKeyValue("circle", circle)
                .addKeyValue("why", why.getMessage())
                .addKeyValue("again_in_s", pause.toSeconds())
                .log("the circle is served, but its onStart has not run and is tried again");
        try {
            var _ =
                    timer.schedule(
                            () -> threads.execute(() -> again(before + 1)),
                            pause.toMillis(),
                            TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().addKeyValue("circle", circle).log("stops before its onStart has run");
        }
    }

    private void again(int failures) {
        if (closed) {
            return;
        }
        try {
            scripts.onStart();
            LOG.atInfo().addKeyValue("circle", circle).log("its onStart has run");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (!closed) {
                later(e, failures);
            }
        }
    }

    /// Does not try it again.
    @Override
    public void close() {
        closed = true;
    }
}
