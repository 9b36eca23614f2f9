package io.circles.server.mpc;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// The calls that are under way to other nodes: how many there are and what they take, and what
/// one comes to that gets no answer. Guarded by the lock of [Visits].
final class Errands {
    private final VisitLock lock;
    private final NodeLimits limits;
    private final BiConsumer<Errand, Consumer<Runnable>> expired;

    private int underWay;
    private long bytes;
    private boolean closed;

    /// @param expired told of each that has got no answer in time, in a step of its own; it is to
    ///     fail
    Errands(VisitLock lock, NodeLimits limits, BiConsumer<Errand, Consumer<Runnable>> expired) {
        this.lock = lock;
        this.limits = limits;
        this.expired = expired;
    }

    /// Refuses a call for which there is no way or no room.
    ///
    /// @throws CircleException saying why
    void refuse(Errand errand) {
        if (closed || errand.from.closed) {
            throw silent();
        }
        if (errand.from.lost.containsKey(errand.group) && !errand.joins()) {
            throw aborted(errand.group);
        }
        if (errand.bytes > NodeLimits.MOST_PARAMS) {
            throw CircleException.limit(
                    ErrorCode.REQUEST_TOO_BIG,
                    "Request too big: at most "
                            + NodeLimits.MOST_PARAMS
                            + " bytes of params go to another node",
                    NodeLimits.MOST_PARAMS,
                    errand.bytes);
        }
        if (underWay >= limits.calls() || bytes + errand.bytes > limits.callBytes()) {
            throw new CircleException(
                    ErrorCode.BUSY, "Busy: too many calls to other nodes are under way");
        }
    }

    /// A call is under way from now on, and has so much time.
    void begin(Errand errand) {
        underWay++;
        bytes += errand.bytes;
        long deadline = HomeClock.now() + limits.call().toMillis();
        errand.timeout(
                deadline,
                lock.later(afterwards -> expired.accept(errand, afterwards), limits.call()));
    }

    /// A call is over, one way or the other.
    ///
    /// @return false if it was before
    boolean end(Errand errand) {
        if (!errand.end()) {
            return false;
        }
        underWay--;
        bytes -= errand.bytes;
        return true;
    }

    void fail(Errand errand, RuntimeException why, Consumer<Runnable> afterwards) {
        if (end(errand)) {
            afterwards.accept(() -> errand.failed.accept(why));
        }
    }

    /// A call gets no answer.
    void lose(Errand errand, Consumer<Runnable> afterwards) {
        fail(errand, unanswered(errand), afterwards);
    }

    private static CircleException unanswered(Errand errand) {
        if (errand.number == 0) {
            return silent();
        }
        CircleException told =
                new CircleException(
                        ErrorCode.STATE_UNAVAILABLE,
                        "State unavailable: the node that has the group does not answer; whether"
                                + " the call was carried out is not known");
        return errand.canBeRepeated() ? told : told.inDoubt();
    }

    /// A call has not left, and does not any more.
    static CircleException silent() {
        return new CircleException(
                ErrorCode.STATE_UNAVAILABLE,
                "State unavailable: a node that may have the group does not answer");
    }

    /// The group is lost with its node.
    static CircleException aborted(String group) {
        return new CircleException(
                ErrorCode.RELAY_ABORTED,
                "the node that has the group " + group + " is gone; join it again if it is back");
    }

    /// No more are taken.
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }
}
