package io.circles.benchmarks.load;

import java.util.List;

/// What a connection sends: the timed requests in turn, and a probe after every so many of them,
/// which is checked but neither timed nor counted.
///
/// @param timed at least one
/// @param probe sent first, too; the same as the first timed request where nothing is probed
/// @param probeEvery at least 1; [Integer#MAX_VALUE] for never
public record Mix(List<Request> timed, Request probe, int probeEvery) {
    /// Copies, and checks what is said above.
    public Mix {
        timed = List.copyOf(timed);
        if (timed.isEmpty() || probeEvery < 1) {
            throw new IllegalArgumentException("something to send, and probeEvery at least 1");
        }
    }

    /// Only this request.
    public static Mix of(Request timed) {
        return new Mix(List.of(timed), timed, Integer.MAX_VALUE);
    }

    /// Only these, in turn.
    public static Mix inTurn(List<Request> timed) {
        return new Mix(timed, timed.getFirst(), Integer.MAX_VALUE);
    }

    /// This request with a probe after every 20.
    public static Mix probed(Request timed, Request probe) {
        return new Mix(List.of(timed), probe, 20);
    }

    boolean isProbe(long sent) {
        return probeEvery != Integer.MAX_VALUE && sent % (probeEvery + 1L) == 0;
    }

    Request next(long sent) {
        return isProbe(sent) ? probe : timed.get((int) (sent % timed.size()));
    }
}
