package io.circles.server.pace;

import java.time.Duration;

/// How often a handler is run that fails, and after which pauses. Immutable.
///
/// @param most after so many failures it is given up
/// @param first the pause after the first failure
/// @param factor each pause is so many times the one before it
/// @param longest no pause is longer
public record Retries(int most, Duration first, int factor, Duration longest) {
    /// What the server is to blame for is tried again for ever.
    static final Retries OF_SERVER =
            new Retries(Integer.MAX_VALUE, Duration.ofSeconds(1), 2, Duration.ofMinutes(5));

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final int TRIPLE = 3;

    /// So many runs spread over a time, each pause three times the one before it.
    public static Retries over(int most, Duration time) {
        double parts = 0;
        for (int pause = 1; pause < most; pause++) {
            parts = TRIPLE * parts + 1;
        }
        Duration first = Duration.ofMillis((long) (time.toMillis() / Math.max(1, parts)));
        return new Retries(most, first.compareTo(SHORTEST) < 0 ? SHORTEST : first, TRIPLE, time);
    }

    /// The pause after one more failure.
    ///
    /// @param before how many there were
    public Duration pause(int before) {
        Duration pause = first;
        for (int i = 0; i < before && pause.compareTo(longest) < 0; i++) {
            pause = pause.multipliedBy(factor);
        }
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
