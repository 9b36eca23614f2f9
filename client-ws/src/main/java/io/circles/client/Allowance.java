package io.circles.client;

import java.util.concurrent.atomic.AtomicLong;

/// How much of something several may have together. Thread-safe.
final class Allowance {
    private final AtomicLong left;

    Allowance(long all) {
        this.left = new AtomicLong(all);
    }

    /// Takes so much, if that is left.
    boolean take(long amount) {
        if (left.addAndGet(-amount) >= 0) {
            return true;
        }
        left.addAndGet(amount);
        return false;
    }

    void giveBack(long amount) {
        left.addAndGet(amount);
    }
}
