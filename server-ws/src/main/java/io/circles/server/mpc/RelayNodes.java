package io.circles.server.mpc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.bus.Bus;
import io.circles.script.bus.BusListener;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;

/// The relays of all nodes that serve a circle, as one, for members on the circle's own protocol. A
/// group is on the node where it was made, its home, and the [MpcRelay] there does everything; the
/// connections of its members may be on any. Thread-safe.
///
/// [Visits] is what this node's connections do elsewhere, [Guests] what those of other nodes do
/// here. [NodeMessage] is what they say.
public final class RelayNodes implements AutoCloseable {
    private final MpcRelay relay;
    private final PublicKey circle;
    private final Bus bus;
    private final NodeLine line = new NodeLine();
    private final Visits visits;
    private final Guests guests;

    /// Reaches other nodes from [#start] on.
    ///
    /// @param relay that of this node
    /// @param bus closed by somebody else
    /// @param mayTakePart whether a key has that right, by this node's configuration
    /// @param timer only starts what is due
    /// @param threads on which that is done
    public RelayNodes(
            MpcRelay relay,
            Bus bus,
            PublicKey circle,
            Predicate<PublicKey> mayTakePart,
            ScheduledExecutorService timer,
            Executor threads) {
        this(relay, bus, circle, mayTakePart, timer, threads, NodeLimits.DEFAULTS);
    }

    RelayNodes(
            MpcRelay relay,
            Bus bus,
            PublicKey circle,
            Predicate<PublicKey> mayTakePart,
            ScheduledExecutorService timer,
            Executor threads,
            NodeLimits limits) {
        this.relay = relay;
        this.circle = circle;
        this.bus = bus;
        this.visits = new Visits(relay, line, limits, timer, threads);
        this.guests = new Guests(relay, line, limits, mayTakePart);
    }

    /// What the bus tells, for the half that it concerns.
    private final class Listener implements BusListener {
        @Override
        public void joined(String node) {
            guests.gap(node);
            visits.joined(node);
        }

        @Override
        public void gap(String node) {
            guests.gap(node);
            visits.gap(node);
        }

        @Override
        public void left(String node) {
            guests.left(node);
            visits.left(node);
        }

        @Override
        public void received(String node, ObjectNode message) {
            switch (NodeMessage.read(message)) {
                case NodeMessage.Wanted wanted -> guests.wanted(node, wanted);
                case NodeMessage.Began began -> guests.began(node, began);
                case NodeMessage.Asked asked -> guests.asked(node, asked);
                case NodeMessage.Come come -> guests.come(node, come);
                case NodeMessage.Arrived arrived -> guests.arrived(node, arrived);
                case NodeMessage.Ended ended -> guests.ended(node, ended);
                case NodeMessage.Found found -> visits.found(node, found);
                case NodeMessage.Lost lost -> visits.lost(node, lost);
                case NodeMessage.Answered answered -> visits.answered(node, answered);
                case NodeMessage.Happened happened -> visits.happened(node, happened);
            }
        }
    }

    /// Joins the other nodes. The relay of this one must have started.
    public void start() {
        line.open(bus.open(circle, Bus.Topic.RELAY, new Listener()));
        if (bus != Bus.alone()) {
            visits.started();
        }
    }

    /// A member has come with a connection.
    public RelayConnection enter(PublicKey key, Receiver receiver) {
        return new RelayConnection(this, key, receiver, relay.enter(Client.key(key), receiver));
    }

    /// Whether a call about a group is made here: it is here, or there is no other node.
    boolean isHere(String group) {
        return relay.has(Endpoint.CIRCLE, group)
                || (line.nodes().isEmpty() && !visits.isElsewhere(group));
    }

    void send(Errand errand) {
        visits.send(errand);
    }

    void pong(RelayConnection connection, long mark) {
        visits.pong(connection, mark);
    }

    void leave(RelayConnection connection) {
        visits.leave(connection);
    }

    /// Leaves the other nodes: what was under way to them fails.
    @Override
    public void close() {
        line.close();
        visits.close();
    }
}
