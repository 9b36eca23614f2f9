package io.circles.server.transport;

import org.jspecify.annotations.Nullable;

/// Work that another thread may interrupt, and only while it lasts: a thread that is interrupted
/// while it writes to a socket closes it. Thread-safe; the lock guards who works on it.
final class Interruptible {
    private final Object lock = new Object();
    private @Nullable Thread worker;
    private boolean interrupted;

    /// The calling thread begins to work on it.
    void begin() {
        synchronized (lock) {
            worker = Thread.currentThread();
            if (interrupted) {
                worker.interrupt();
            }
        }
    }

    /// The calling thread has ended its work, and is not interrupted any more.
    void end() {
        synchronized (lock) {
            worker = null;
        }
        Thread.interrupted();
    }

    /// Whether it was ever to be interrupted.
    boolean isInterrupted() {
        synchronized (lock) {
            return interrupted;
        }
    }

    /// Interrupts whoever works on it, now or when the work begins.
    void interrupt() {
        synchronized (lock) {
            interrupted = true;
            if (worker != null) {
                worker.interrupt();
            }
        }
    }
}
