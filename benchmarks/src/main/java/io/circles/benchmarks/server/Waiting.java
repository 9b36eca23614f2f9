package io.circles.benchmarks.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waiting for something that nobody announces.
public final class Waiting {
    private static final Duration STEP = Duration.ofMillis(50);

    private Waiting() {}

    /// Asks again and again, for at most so long; whether it came true.
    public static boolean until(Duration atMost, BooleanSupplier what) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!what.getAsBoolean()) {
            if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
        return true;
    }
}
