package io.circles.script.queue;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.util.Optional;

/// How many runs may wait: all together, of a circle, of a caller.
public final class Places {
    private static final int CIRCLES_SHARE = 4;
    private static final int CALLERS_SHARE = 8;

    private Places() {}

    /// Why one more run may not wait, if it may not.
    ///
    /// @param waiting how many wait in all queues together
    /// @param queue where it would
    /// @param all places there are
    public static Optional<CircleException> refusal(
            int waiting, TurnQueue<?> queue, Queued run, int all) {
        if (waiting >= all) {
            return full("too many scripts are waiting", all, waiting);
        }
        int ofCircle = queue.waiting(run.circle());
        int circleLimit = Math.max(1, all / CIRCLES_SHARE);
        if (ofCircle >= circleLimit) {
            return full("too many scripts of this circle are waiting", circleLimit, ofCircle);
        }
        int ofCaller = queue.waiting(run.circle(), run.caller());
        int callerLimit = Math.max(1, all / CALLERS_SHARE);
        if (ofCaller >= callerLimit) {
            return full("too many scripts of this caller are waiting", callerLimit, ofCaller);
        }
        return Optional.empty();
    }

    private static Optional<CircleException> full(String what, int limit, int used) {
        return Optional.of(CircleException.limit(ErrorCode.BUSY, "Busy: " + what, limit, used));
    }
}
