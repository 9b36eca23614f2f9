package io.circles.script.engine;

import java.time.Duration;
import java.util.List;

/// Waiting for threads to end.
final class Threads {
    private Threads() {}

    /// Waits until all have ended or the time is over. An interrupt ends the wait and is passed on.
    static void join(List<Thread> threads, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            for (Thread thread : threads) {
                if (thread != Thread.currentThread()) {
                    thread.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
