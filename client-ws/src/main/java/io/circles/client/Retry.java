package io.circles.client;

import java.time.Duration;

/// What a client does about a connection that is lost, or does not come about. Immutable.
///
/// @param again whether it connects again by itself
/// @param first bound of the first wait
/// @param longest bound of every wait
/// @param patience for how long connecting for the first time is tried again; zero for not at all
record Retry(boolean again, Duration first, Duration longest, Duration patience) {
    private static final Duration MOST = Duration.ofDays(1);

    static final Retry DEFAULT =
            new Retry(true, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ZERO);

    Retry {
        if (!first.isPositive() || first.compareTo(longest) > 0 || longest.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "the waits are more than nothing, the first at most the longest, and that at"
                            + " most a day; not %s and %s".formatted(first, longest));
        }
        if (patience.isNegative()) {
            throw new IllegalArgumentException("the patience is not negative, as " + patience);
        }
    }

    Retry never() {
        return new Retry(false, first, longest, patience);
    }

    Retry waits(Duration newFirst, Duration newLongest) {
        return new Retry(true, newFirst, newLongest, patience);
    }

    Retry patience(Duration newPatience) {
        return new Retry(again, first, longest, newPatience);
    }
}
