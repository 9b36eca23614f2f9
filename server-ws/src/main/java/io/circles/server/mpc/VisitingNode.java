package io.circles.server.mpc;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Another node whose connections take part here. Confined to the thread of the [NodeLine], but for
/// [#answer], which comes from the relay's.
final class VisitingNode {
    final String name;
    private final NodeLine line;
    private final Map<Long, Guest> guests = new HashMap<>();

    private NodeFlow flow = new NodeFlow(NodeLimits.MOST_ON_THE_WAY);

    /// Up to this one, all is taken for lost.
    private long lost = Long.MIN_VALUE;

    /// Guards the epoch and what was answered.
    private final Object lock = new Object();

    private long epoch = Long.MIN_VALUE;

    /// What came of calls whose answers are not known to have arrived; empty as long as they are
    /// being made. Never more than the visitor has under way.
    private final NavigableMap<Long, Optional<NodeMessage.Answered>> calls = new TreeMap<>();

    VisitingNode(String name, NodeLine line) {
        this.name = name;
        this.line = line;
    }

    /// What it says belongs to an epoch.
    ///
    /// @return whether it is to be heard
    boolean hears(long its) {
        if (its > epoch()) {
            forget();
            synchronized (lock) {
                epoch = its;
            }
        }
        return its == epoch() && its > lost;
    }

    private long epoch() {
        synchronized (lock) {
            return epoch;
        }
    }

    /// Takes its connections for lost.
    ///
    /// @return up to which epoch
    long lose() {
        forget();
        lost = epoch();
        return lost;
    }

    private void forget() {
        guests.values().forEach(Guest::close);
        guests.clear();
        flow = new NodeFlow(NodeLimits.MOST_ON_THE_WAY);
    }

    /// What is on its way there.
    NodeFlow flow() {
        return flow;
    }

    /// Tells it something that it need not be told again.
    void tell(NodeMessage message) {
        line.send(name, message);
    }

    Map<Long, Guest> guests() {
        return guests;
    }

    /// A call is to be made.
    ///
    /// @return false if it was made before: if it was answered, the answer is sent again
    boolean begin(NodeMessage.Asked asked) {
        synchronized (lock) {
            calls.headMap(asked.oldest()).clear();
            Optional<NodeMessage.Answered> before = calls.get(asked.call());
            if (before != null) {
                before.ifPresent(answered -> line.send(name, answered.in(epoch)));
                return false;
            }
            calls.put(asked.call(), Optional.empty());
            return true;
        }
    }

    /// What has come of a call that began.
    void answer(NodeMessage.Answered answered) {
        synchronized (lock) {
            calls.computeIfPresent(answered.call(), (_, _) -> Optional.of(answered));
            line.send(name, answered.in(epoch));
        }
    }
}
