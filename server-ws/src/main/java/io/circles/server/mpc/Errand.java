package io.circles.server.mpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A call that is made on another node, until it is answered. Guarded by the lock of [Visits].
final class Errand {
    /// What this node itself asks: [Party#returnTo], with the params of `Group.join`.
    static final String RETURN = "return";

    final RelayConnection from;
    final String group;
    final String method;
    final JsonNode params;
    final long bytes;
    final Object cause;
    final Consumer<? super Object> done;
    final Consumer<Throwable> failed;

    /// Makes the call here, where it is refused, as no node has the group.
    final Runnable nobodys;

    /// Its number on the way, once there is one.
    long number;

    /// Whether it was sent again, as something was lost.
    boolean again;

    private long deadline;
    private @Nullable Future<?> timeout;
    private boolean over;

    /// @param bytes what the params take
    Errand(
            RelayConnection from,
            String group,
            String method,
            JsonNode params,
            long bytes,
            Object cause,
            Consumer<? super Object> done,
            Consumer<Throwable> failed,
            Runnable nobodys) {
        this.from = from;
        this.group = group;
        this.method = method;
        this.params = params;
        this.bytes = bytes;
        this.cause = cause;
        this.done = done;
        this.failed = failed;
        this.nobodys = nobodys;
    }

    boolean isReturn() {
        return method.equals(RETURN);
    }

    /// Whether its answer makes the connection get the group's events.
    boolean joins() {
        return isReturn() || method.equals(RelayCalls.JOIN_GROUP);
    }

    /// Whether it can be made twice without harm.
    boolean canBeRepeated() {
        return joins() || method.equals(RelayCalls.JOIN_SESSION);
    }

    /// @param at when this node's [HomeClock#now] shows that, it has failed
    /// @param timeout what says so then
    void timeout(long at, Future<?> timeout) {
        this.deadline = at;
        this.timeout = timeout;
    }

    long deadline() {
        return deadline;
    }

    /// It is over, one way or the other.
    ///
    /// @return false if it was before
    boolean end() {
        boolean first = !over;
        over = true;
        if (timeout != null) {
            timeout.cancel(false);
        }
        return first;
    }
}
