package io.circles.server.sigsocket;

import java.time.Duration;

/// Counts what becomes of requests. Called from any thread; must not block.
@FunctionalInterface
public interface SignMeter {
    /// A request has ended.
    ///
    /// @param took since it was made
    void ended(SignState state, Duration took);
}
