package io.circles.server.sigsocket;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.bus.Bus;
import io.circles.script.bus.BusLine;
import io.circles.script.bus.BusListener;
import io.circles.server.sigsocket.NodeMessage.Answered;
import io.circles.server.sigsocket.NodeMessage.Asked;
import io.circles.server.sigsocket.NodeMessage.Begin;
import io.circles.server.sigsocket.NodeMessage.Ears;
import io.circles.server.sigsocket.NodeMessage.Here;
import io.circles.server.sigsocket.NodeMessage.Late;
import io.circles.server.sigsocket.NodeMessage.Look;
import io.circles.server.sigsocket.NodeMessage.Over;
import io.circles.server.sigsocket.NodeMessage.Settled;
import io.circles.server.sigsocket.NodeMessage.Shown;
import io.circles.server.sigsocket.NodeMessage.Took;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The other nodes that serve the circle. Each says for which keys devices listen there, so that
/// those are shown what this node is asked, as if they were one device more; what the others ask is
/// shown to the devices here, and their answers are theirs to decide on.
///
/// What a node says is done on its line's thread, one thing after the other, which alone has the
/// nodes; only the wait until an answer is durable is another's.
final class Nodes implements BusListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Nodes.class);

    /// Of one node so many keys are known at which devices listen.
    private static final int MOST_KEYS = 1 << 17;

    private final SigSocket socket;
    private final Board board;
    private final Listeners listeners;
    private final AskCheck asks;
    private final Executor threads;
    private final Runnable look;
    private final CompletableFuture<BusLine> line = new CompletableFuture<>();
    private final Presence presence;
    private final Map<String, OtherNode> nodes = new HashMap<>();
    private final AtomicLong answers = new AtomicLong();

    /// Has not joined the others yet.
    ///
    /// @param look told when there may be something in the circle's log that nobody does; must not
    ///     block
    Nodes(
            SigSocket socket,
            Board board,
            AskCheck asks,
            Executor threads,
            ScheduledExecutorService timer,
            Runnable look) {
        this.socket = socket;
        this.board = board;
        this.listeners = board.listeners();
        this.asks = asks;
        this.threads = threads;
        this.look = look;
        this.presence = new Presence(listeners, this::tellAll, threads, timer);
    }

    /// Joins them. What is to be told meanwhile waits.
    void join(Bus bus) {
        line.complete(bus.open(asks.circle(), Bus.Topic.SIGN, this));
    }

    private void tellAll(NodeMessage message) {
        line.join().broadcast(message.json());
    }

    /// A device of this node has come or gone; returns at once.
    ///
    /// @param others whether there are any now
    void changed(Seat seat, boolean others) {
        presence.changed(seat.key, seat.taken, !others);
    }

    /// Asks the others to look into the circle's log; returns at once.
    void look() {
        tellAll(new Look());
    }

    @Override
    public void joined(String name) {
        begin(name);
    }

    @Override
    public void gap(String name) {
        LOG.atInfo().addKeyValue("node", name).log("begins anew");
        begin(name);
        look.run();
    }

    @Override
    public void left(String name) {
        OtherNode gone = nodes.remove(name);
        if (gone != null) {
            gone.forgetAnswers();
            List<Seat> seats = List.copyOf(gone.seats.values());
            gone.seats.clear();
            seats.forEach(socket::lost);
            endParted(gone);
            board.dismissAll(gone);
            listeners.known(gone);
        }
        look.run();
    }

    private void begin(String name) {
        OtherNode node =
                nodes.computeIfAbsent(name, _ -> new OtherNode(name, line.join(), answers));
        forget(node);
        presence.tellAll(node::tell);
    }

    /// Nothing of what it said holds any more. It is about to say all of it again: what its devices
    /// were asked is withdrawn, and fails only if they turn out to be gone.
    private void forget(OtherNode node) {
        node.begun = false;
        listeners.await(node);
        node.forgetAnswers();
        List<Seat> seats = List.copyOf(node.seats.values());
        node.seats.clear();
        seats.forEach(seat -> listeners.part(seat).ifPresent(id -> node.parted.put(seat.key, id)));
        board.dismissAll(node);
    }

    private void begun(OtherNode node) {
        forget(node);
        node.begun = true;
    }

    /// Something that was said before it began anew may be on its way still.
    private void here(OtherNode node, Here here) {
        if (!node.begun) {
            return;
        }
        here.keys().forEach(each -> listens(node, each));
        if (here.last()) {
            endParted(node);
            listeners.known(node);
        }
    }

    private void endParted(OtherNode node) {
        node.parted.keySet().removeAll(node.seats.keySet());
        node.parted.values().forEach(socket::lost);
        node.parted.clear();
    }

    @Override
    public void received(String name, ObjectNode json) {
        OtherNode node = nodes.get(name);
        if (node == null) {
            return;
        }
        try {
            handle(node, NodeMessage.of(json));
        } catch (IllegalArgumentException e) {
            LOG.atWarn().addKeyValue("node", name).setCause(e).log("says what cannot be read");
        }
    }

    private void handle(OtherNode node, NodeMessage message) {
        switch (message) {
            case Begin _ -> begun(node);
            case Here here -> here(node, here);
            case Asked asked -> host(node, asked);
            case Took(long weight) -> listeners.took(node, weight);
            case Over over -> board.dismiss(over.id(), node, over.state());
            case Shown shown -> shown(node, shown);
            case Answered answered -> answered(node, answered);
            case Settled settled -> settled(node, settled);
            case Late late -> late(node, late);
            case Look _ -> look.run();
        }
    }

    private void listens(OtherNode node, Ears ears) {
        PublicKey key = ears.publicKey();
        Seat seat = node.seats.get(key);
        if (seat != null && ears.areNone()) {
            node.seats.remove(key);
            listeners.leave(seat);
        } else if (seat != null) {
            listeners.change(seat, ears);
        } else if (!ears.areNone() && node.seats.size() < MOST_KEYS) {
            Seat fresh = new Seat(socket, ears, node);
            node.seats.put(key, fresh);
            listeners.sit(fresh);
        }
    }

    /// That it has come is told whatever it is: the way there is narrow. What was asked before the
    /// node began anew it asks again: an answer to the first would end it there, and leave it here.
    private void host(OtherNode node, Asked asked) {
        if (!node.begun) {
            return;
        }
        node.tell(new Took(asked.weight()));
        SignRequest request = asked.request(asks);
        if (!board.host(Pending.guest(request, node), node)) {
            LOG.atWarn()
                    .addKeyValue("node", node.name())
                    .addKeyValue("request", asked.id())
                    .log("is not shown here, as there is no room");
        }
    }

    private static @Nullable Seat seat(OtherNode node, String key) {
        return node.seats.get(PublicKey.parse(key));
    }

    private void shown(OtherNode node, Shown shown) {
        Seat seat = seat(node, shown.key());
        if (seat != null) {
            board.delivered(seat, shown.id());
        }
    }

    private void late(OtherNode node, Late late) {
        Seat seat = seat(node, late.key());
        if (seat != null) {
            socket.late(seat, late.id(), late.state());
        }
    }

    /// What it comes to is decided in the order of the answers, and told when it is durable.
    private void answered(OtherNode node, Answered answered) {
        Outcome outcome = answered.outcome();
        Seat seat = seat(node, answered.key());
        if (seat == null) {
            node.tell(new Settled(answered.number(), false, null));
            return;
        }
        try {
            Optional<Decision> decision = socket.decide(seat, answered.id(), outcome);
            threads.execute(() -> settle(node, answered, seat, outcome, decision));
        } catch (CircleException e) {
            node.tell(new Settled(answered.number(), false, e.code()));
        }
    }

    private void settle(
            OtherNode node,
            Answered answered,
            Seat seat,
            Outcome outcome,
            Optional<Decision> decision) {
        try {
            boolean ended = socket.answered(seat, answered.id(), outcome, decision);
            node.tell(new Settled(answered.number(), ended, null));
        } catch (CircleException e) {
            node.tell(new Settled(answered.number(), false, e.code()));
        } catch (IllegalStateException e) {
            LOG.atError().addKeyValue("request", answered.id()).setCause(e).log("was not kept");
            node.tell(new Settled(answered.number(), false, ErrorCode.INTERNAL_ERROR));
        }
    }

    private void settled(OtherNode node, Settled settled) {
        String late = node.settled(settled);
        if (late != null) {
            board.dismiss(late, node, SignState.CANCELLED);
        }
    }

    /// Leaves the others.
    @Override
    public void close() {
        var _ = line.thenAccept(BusLine::close);
    }
}
