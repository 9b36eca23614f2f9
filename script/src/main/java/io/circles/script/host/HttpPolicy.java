package io.circles.script.host;

import java.time.Duration;

/// What a request must keep to. Immutable.
///
/// @param allow where the circle's scripts may send requests
/// @param deadline when the answer must be there, on the clock of [System#nanoTime()]
/// @param beforeSending called once for each request, before anything leaves that was not refused
///     by its URL or the addresses of its host, also for a request that then fails. It runs on a
///     virtual thread that the deadline interrupts; when it throws, nothing is sent and the
///     exception is the caller's
public record HttpPolicy(AllowList allow, long deadline, Runnable beforeSending) {
    /// How long there is still; zero or less when the deadline is over.
    public Duration left() {
        return Duration.ofNanos(deadline - System.nanoTime());
    }
}
