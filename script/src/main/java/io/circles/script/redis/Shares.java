package io.circles.script.redis;

import io.circles.protocol.crypto.PublicKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// What each circle has in flight, and whether its jobs are quick. Guarded by the lock of
/// [Dispatch].
final class Shares {
    /// A job that used a processor no longer than that was quick.
    private static final Duration QUICK = Duration.ofMillis(20);

    /// So many quick jobs in a row make a circle a quick one.
    private static final int QUICK_RUNS = 16;

    /// Circles that have nothing in flight are remembered up to this number.
    private static final int MOST_IDLE = 10_000;

    private final Map<PublicKey, Share> shares = new HashMap<>();

    private static final class Share {
        int inFlight;
        int quick;
    }

    /// Whether a circle may have one more on a route.
    boolean hasRoom(PublicKey circle, Route route) {
        Share share = shares.get(circle);
        return share == null || share.inFlight < route.share(share.quick >= QUICK_RUNS);
    }

    void enter(PublicKey circle) {
        shares.computeIfAbsent(circle, _ -> new Share()).inFlight++;
    }

    /// One has ended.
    ///
    /// @param now the system's nano time
    void leave(RemoteRun run, long now) {
        Share share = shares.get(run.circle());
        if (share == null) {
            return;
        }
        share.inFlight--;
        share.quick = isQuick(run, now) ? Math.min(share.quick + 1, QUICK_RUNS) : 0;
        if (share.inFlight == 0 && shares.size() > MOST_IDLE) {
            shares.remove(run.circle());
        }
    }

    /// By what it took of a processor, if that is known: what only waits is in nobody's way.
    private static boolean isQuick(RemoteRun run, long now) {
        return run.step() instanceof RemoteRun.Done done
                ? done.outcome().result().usage().cpuMs() < QUICK.toMillis()
                : run.age(now) < QUICK.toNanos();
    }
}
