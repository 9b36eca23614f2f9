package io.circles.server.mpc;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/// The events that are on their way to one other node, for all its connections together: a bus that
/// is asked to carry more than it can begins anew, with all of it. The node says now and then what
/// has come; whether its clients take it is no matter here. Guarded by the relay's lock.
final class NodeFlow {
    /// So often the node says what has come while as much is on its way as may be.
    private static final int PARTS = 4;

    private record Part(long last, long bytes) {}

    private final long most;
    private final Queue<Part> asked = new ArrayDeque<>();
    private long underWay;

    /// What came after the last event of which the node says that it has come.
    private long part;

    /// Those that have something to hand on.
    private final Set<Party> waiting = new LinkedHashSet<>();

    /// @param most in bytes, and one event more
    NodeFlow(long most) {
        this.most = most;
    }

    /// Whether a connection may hand on an event; otherwise it waits.
    boolean hasRoom(Party party) {
        boolean room = underWay < most;
        if (!room) {
            waiting.add(party);
        }
        return room;
    }

    void add(long bytes) {
        underWay += bytes;
        part += bytes;
    }

    /// What was added goes out with a number.
    ///
    /// @return whether the node is to say that it has come
    boolean asks(long number) {
        if (part < most / PARTS) {
            return false;
        }
        asked.add(new Part(number, part));
        part = 0;
        return true;
    }

    /// All has come, up to a number.
    ///
    /// @return who has waited for that
    List<Party> came(long number) {
        while (!asked.isEmpty() && asked.element().last <= number) {
            underWay -= asked.remove().bytes;
        }
        List<Party> next = List.copyOf(waiting);
        waiting.clear();
        return next;
    }

    /// A connection has ended.
    void forget(Party party) {
        waiting.remove(party);
    }
}
