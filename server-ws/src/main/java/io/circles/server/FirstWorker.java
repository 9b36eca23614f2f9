package io.circles.server;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Waits until scripts can be run, for all circles of a host: where one has just waited in vain,
/// the next does not wait as long again. Thread-safe.
final class FirstWorker {
    private final Readiness scripts;
    private final Duration patience;
    private final LongSupplier nanos;
    private volatile @Nullable Long inVain;

    /// What [io.circles.script.ScriptExecutor#awaitReady(Duration)] does.
    @FunctionalInterface
    interface Readiness {
        boolean await(Duration atMost) throws InterruptedException;
    }

    /// @param patience how long one waits, and for how long the others then do not
    /// @param nanos the system's nano time
    FirstWorker(Readiness scripts, Duration patience, LongSupplier nanos) {
        this.scripts = scripts;
        this.patience = patience;
        this.nanos = nanos;
    }

    /// Blocks until a script can be run.
    ///
    /// @throws CircleException [ErrorCode#NO_WORKER] if that takes too long
    void await() throws InterruptedException {
        Long last = inVain;
        boolean waited = last != null && nanos.getAsLong() - last < patience.toNanos();
        if (!scripts.await(waited ? Duration.ZERO : patience)) {
            if (!waited) {
                inVain = nanos.getAsLong();
            }
            throw new CircleException(ErrorCode.NO_WORKER, "No worker: none has started");
        }
    }
}
