package io.circles.server.mpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.Params;
import io.circles.protocol.RelayApi;
import io.circles.protocol.crypto.PublicKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What connections of other nodes do in the relay of this one: the same as its own, through the
/// same [MpcRelay].
///
/// A call that comes again is answered as it was before, and not made again. A node that is gone,
/// or with which something was lost, has lost its connections here; their seats are held.
///
/// Confined to the thread of the [NodeLine], but for the answers, which come from the relay's.
final class Guests {
    private static final Logger LOG = LoggerFactory.getLogger(Guests.class);

    /// So many nodes that have left are known, should they only have been cut off.
    private static final int GONE = 16;

    /// Those that are made again when they come again, as that changes nothing, or the connection
    /// is another now.
    private static final Set<String> REPEATED =
            Set.of(RelayCalls.JOIN_GROUP, RelayCalls.JOIN_SESSION, Errand.RETURN);

    /// Those that can change what the client has in the group.
    private static final Set<String> CHANGING =
            Set.of(
                    RelayCalls.JOIN_GROUP,
                    RelayCalls.CREATE_SESSION,
                    RelayCalls.SIGNUP,
                    RelayCalls.LOAD,
                    Errand.RETURN);

    private static final Params<RelayApi.JoinGroup> RETURNS = Params.of(RelayApi.JoinGroup.class);

    private final MpcRelay relay;
    private final NodeLine line;
    private final NodeLimits limits;
    private final Predicate<PublicKey> mayTakePart;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, VisitingNode> nodes = new HashMap<>();
    private final Map<String, VisitingNode> gone = new Remembered<>(GONE);

    /// @param mayTakePart whether a key has that right, by this node's configuration
    Guests(MpcRelay relay, NodeLine line, NodeLimits limits, Predicate<PublicKey> mayTakePart) {
        this.relay = relay;
        this.line = line;
        this.limits = limits;
        this.mayTakePart = mayTakePart;
    }

    private VisitingNode node(String name) {
        return nodes.computeIfAbsent(
                name,
                _ ->
                        Objects.requireNonNullElseGet(
                                gone.remove(name), () -> new VisitingNode(name, line)));
    }

    /// Something was lost between a node and this one, or it is there again.
    void gap(String node) {
        long lost = node(node).lose();
        line.send(node, new NodeMessage.Lost(lost));
    }

    void left(String name) {
        VisitingNode node = nodes.remove(name);
        if (node != null) {
            node.lose();
            gone.put(name, node);
        }
    }

    void wanted(String node, NodeMessage.Wanted wanted) {
        boolean here = relay.has(Endpoint.CIRCLE, wanted.group());
        line.send(node, new NodeMessage.Found(wanted.group(), here, HomeClock.now()));
    }

    void began(String node, NodeMessage.Began began) {
        var _ = node(node).hears(began.epoch());
    }

    void ended(String node, NodeMessage.Ended ended) {
        Guest guest = node(node).guests().remove(ended.visit());
        if (guest != null) {
            guest.close();
        }
    }

    void come(String node, NodeMessage.Come come) {
        relay.came(node(node).flow(), come.number());
    }

    void arrived(String node, NodeMessage.Arrived arrived) {
        Guest guest = node(node).guests().get(arrived.visit());
        if (guest != null) {
            guest.arrived(arrived.number());
        }
    }

    /// Makes a call, unless it was made before.
    void asked(String name, NodeMessage.Asked asked) {
        VisitingNode node = node(name);
        if (!node.hears(asked.epoch())) {
            return;
        }
        boolean repeated = REPEATED.contains(asked.method());
        if (!repeated && !node.begin(asked)) {
            return;
        }
        Reply reply = new Reply(node, asked, repeated);
        try {
            refuseLate(asked);
            Guest guest = guest(node, asked);
            RelayCall.Ready ready = ready(guest.party(), asked);
            Optional<String> group =
                    CHANGING.contains(asked.method()) ? ready.group() : Optional.empty();
            ready.turn()
                    .take(
                            new Guest.Cause(name, asked.call()),
                            result -> reply.succeed(result, group.map(guest.party()::standing)),
                            reply::fail);
        } catch (RuntimeException e) {
            reply.fail(e);
        }
    }

    private static void refuseLate(NodeMessage.Asked asked) {
        if (HomeClock.now() >= asked.expires()) {
            throw new CircleException(
                    ErrorCode.STATE_UNAVAILABLE,
                    "State unavailable: the call came too late to the node that has the group, and"
                            + " was not carried out");
        }
    }

    private Guest guest(VisitingNode node, NodeMessage.Asked asked) {
        PublicKey key = PublicKey.parse(asked.key());
        if (!mayTakePart.test(key)) {
            throw new CircleException(
                    ErrorCode.FORBIDDEN, "the node that has the group does not know this member");
        }
        Guest there = node.guests().get(asked.visit());
        if (there != null && there.key().equals(key)) {
            return there;
        }
        if (there != null || node.guests().size() >= limits.guests()) {
            throw new CircleException(
                    ErrorCode.BUSY, "Busy: too many connections of a node take part here");
        }
        Guest guest =
                Guest.enter(
                        relay,
                        key,
                        new Guest.Messenger(
                                line,
                                node.name,
                                asked.epoch(),
                                asked.visit(),
                                numbers::incrementAndGet,
                                node.flow()),
                        limits.window(relay.limits().window()));
        node.guests().put(asked.visit(), guest);
        return guest;
    }

    private static RelayCall.Ready ready(Party party, NodeMessage.Asked asked) {
        if (asked.method().equals(Errand.RETURN)) {
            RelayApi.JoinGroup back = RETURNS.decode(asked.params());
            long after = Objects.requireNonNullElse(back.after(), 0L);
            return new RelayCall.Ready(
                    party.returnTo(back.groupId(), after), Optional.of(back.groupId()));
        }
        return RelayCalls.of(asked.method())
                .orElseThrow(() -> new IllegalStateException("no relay can " + asked.method()))
                .ready(party, asked.params());
    }

    /// The answer to a call.
    ///
    /// @param repeated whether it is for this epoch only, as the call is made again in another
    private record Reply(VisitingNode node, NodeMessage.Asked asked, boolean repeated) {
        void succeed(Object result, Optional<Party.Standing> standing) {
            JsonNode written = Json.raw(Json.write(Json.unwritten(result)));
            send(written, null, standing.orElse(null));
        }

        void fail(Throwable problem) {
            CircleException told =
                    problem instanceof CircleException known ? known : internal(problem);
            send(null, told, null);
        }

        private CircleException internal(Throwable problem) {
            String correlation = UUID.randomUUID().toString();
            LOG.atError()
                    .addKeyValue("method", asked.method())
                    .addKeyValue("correlation_id", correlation)
                    .setCause(problem)
                    .log("a call of another node failed");
            return new CircleException(ErrorCode.INTERNAL_ERROR)
                    .with("correlation_id", correlation);
        }

        private void send(
                @Nullable JsonNode result,
                @Nullable CircleException problem,
                Party.@Nullable Standing standing) {
            NodeMessage.Answered answered =
                    new NodeMessage.Answered(
                            asked.epoch(),
                            asked.call(),
                            HomeClock.now(),
                            result,
                            problem == null ? null : problem.error(),
                            standing);
            if (repeated) {
                node.tell(answered);
            } else {
                node.answer(answered);
            }
        }
    }
}
