package io.circles.benchmarks.load;

import java.time.Duration;

/// When the next request leaves.
public sealed interface Pace {
    /// Closed loop: a connection sends when it has its answer and has paused. Latency counts from
    /// the sending.
    ///
    /// @param pause zero or more
    record AfterAnswer(Duration pause) implements Pace {}

    /// Open loop: one request each `1 / perSecond`, on whichever connection is free. A request that
    /// finds none free waits here, and its latency counts from when it was due: what a slow server
    /// holds up is not left out.
    ///
    /// @param perSecond more than 0
    record Fixed(double perSecond) implements Pace {
        /// Checks the rate.
        public Fixed {
            if (!(perSecond > 0)) {
                throw new IllegalArgumentException("a rate is more than 0: " + perSecond);
            }
        }
    }

    /// Closed loop without a pause: as fast as the server answers.
    static Pace closed() {
        return new AfterAnswer(Duration.ZERO);
    }
}
