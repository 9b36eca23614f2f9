package io.circles.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before dialling again: any time up to a bound that doubles with each failure,
/// so that the clients of a circle that was restarted do not come back all at once. It is the
/// "full jitter" of Marc Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015.
/// Immutable.
///
/// @param first the bound before the first attempt
/// @param longest what the bound does not grow past
record Backoff(Duration first, Duration longest, RandomGenerator random) {
    /// More doublings than any two durations are apart.
    private static final int MOST_DOUBLINGS = 62;

    /// @param attempt from 1
    Duration before(int attempt) {
        return Duration.ofNanos(random.nextLong(bound(attempt) + 1));
    }

    private long bound(int attempt) {
        long nanos = first.toNanos();
        long cap = longest.toNanos();
        int doublings = Math.min(attempt - 1, MOST_DOUBLINGS);
        return nanos > cap >> doublings ? cap : nanos << doublings;
    }
}
