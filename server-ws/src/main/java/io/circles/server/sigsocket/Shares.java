package io.circles.server.sigsocket;

import java.util.HashMap;
import java.util.Map;

/// How much of something each requester has. Not thread-safe.
final class Shares {
    private static final int PARTS = 4;

    private final Map<Requester, Long> taken = new HashMap<>();

    /// The most that one may have of so much: a quarter, so that no one can leave nothing to the
    /// others.
    static long of(long all) {
        return Math.max(1, all / PARTS);
    }

    long of(Requester requester) {
        return taken.getOrDefault(requester, 0L);
    }

    /// Gives more, or takes back what is below 0.
    void add(Requester requester, long amount) {
        long now = of(requester) + amount;
        if (now == 0) {
            taken.remove(requester);
        } else {
            taken.put(requester, now);
        }
    }
}
