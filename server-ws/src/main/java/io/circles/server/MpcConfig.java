package io.circles.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How a circle relays messages of threshold-key protocols. Immutable.
///
/// @param legacy whether clients of the original may connect at `/mpc`, where nothing is proven
/// @param grace how long a party that has lost its connection keeps its seat, 100 milliseconds to
///     a day
/// @param files the folder of a page that is served beside it
public record MpcConfig(boolean legacy, Duration grace, Optional<Path> files) {
    /// The least that [#grace] may be.
    public static final Duration LEAST_GRACE = Duration.ofMillis(100);

    /// The most that [#grace] may be.
    public static final Duration MOST_GRACE = Duration.ofDays(1);

    /// The original protocol is off, no files are served.
    public static final MpcConfig OFF =
            new MpcConfig(false, Duration.ofMinutes(2), Optional.empty());

    public MpcConfig {
        if (grace.compareTo(LEAST_GRACE) < 0 || grace.compareTo(MOST_GRACE) > 0) {
            throw new IllegalArgumentException(
                    "the time of grace is from 100 to 86400000 milliseconds, not "
                            + grace.toMillis());
        }
    }
}
