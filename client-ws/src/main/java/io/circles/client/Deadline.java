package io.circles.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A point in time by which something must have happened, by the clock that only counts. Immutable.
///
/// @param startNanos [System#nanoTime()] at the start
/// @param nanos how long from there
record Deadline(long startNanos, long nanos) {

    static Deadline after(Duration duration) {
        return new Deadline(System.nanoTime(), TimeUnit.NANOSECONDS.convert(duration));
    }

    /// What is left, in nanoseconds; 0 or less when it has passed.
    long remainingNanos() {
        return nanos - (System.nanoTime() - startNanos);
    }

    /// What is left; a nanosecond when it has passed.
    Duration remaining() {
        return Duration.ofNanos(Math.max(1, remainingNanos()));
    }

    /// What is left for a socket's timeout, in milliseconds: 1 or more, since 0 would mean for
    /// ever.
    int remainingMillis() {
        long millis = TimeUnit.NANOSECONDS.toMillis(remainingNanos());
        return Math.clamp(millis, 1, Integer.MAX_VALUE);
    }

    boolean passed() {
        return remainingNanos() <= 0;
    }
}
