package io.circles.server.mpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.RelayApi;
import io.circles.server.mpc.Posted.Waiting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One connection of a client of the relay: what it does, and where its events go. Thread-safe.
public final class Party implements AutoCloseable {
    private final MpcRelay relay;
    private final Client client;
    private final Receiver receiver;
    private final long window;

    /// To the node of the connection; null if that is this one.
    private final @Nullable NodeFlow flow;

    private final Arrivals<Link> arrivals;

    /// By their groups; guarded by the relay's lock.
    final Map<String, Link> links = new HashMap<>();

    /// What was handed on and is not known to have arrived; guarded by the relay's lock.
    private long underWay;

    /// @param window bytes of events that are on their way to it
    /// @param flow to the node of the connection; null if that is this one
    Party(MpcRelay relay, Client client, Receiver receiver, long window, @Nullable NodeFlow flow) {
        this.relay = relay;
        this.client = client;
        this.receiver = receiver;
        this.window = window;
        this.flow = flow;
        this.arrivals = new Arrivals<>(receiver::ping, relay::nextMark);
    }

    /// Who it is.
    public Client client() {
        return client;
    }

    Receiver receiver() {
        return receiver;
    }

    /// Whether it gets what its client missed without asking, as it does where nobody can ask.
    boolean comesBack() {
        return client.endpoint() == Endpoint.ORIGINAL && client.returns();
    }

    /// Hands on what may go.
    ///
    /// @param kept number of the last step that is durable
    void pump(long kept, Object cause) {
        links.values().forEach(link -> link.pump(kept, cause));
    }

    /// Whether more may be handed on. Whoever comes back may have missed more than a connection can
    /// hold: it gets one window full after the other.
    boolean hasRoom() {
        return underWay < window && (flow == null || flow.hasRoom(this));
    }

    /// Nothing is handed on any more.
    void end() {
        links.clear();
        if (flow != null) {
            flow.forget(this);
        }
    }

    /// Events have arrived.
    void made(long room) {
        underWay -= room;
    }

    void hand(Link link, Waiting event, Object cause) {
        underWay += event.posted().bytes;
        if (flow != null) {
            flow.add(event.posted().bytes);
        }
        receiver.event(Member.numbered(event), cause, () -> arrivals.left(link, event.seq()));
    }

    /// The client has answered a ping of [Receiver#ping].
    public void pong(long mark) {
        Map<Link, Long> arrived = arrivals.pong(mark);
        if (!arrived.isEmpty()) {
            relay.arrived(this, arrived);
        }
    }

    /// Makes a group.
    ///
    /// @return its id
    public Turn<String> createGroup(String label, RelayApi.Parameters parameters) {
        return relay.turn(
                this,
                (state, now) -> {
                    RelayGroup group = state.createGroup(client, label, parameters, now);
                    relay.attach(this, group, null);
                    return group.id;
                });
    }

    /// Becomes a member of a group, or comes back to it.
    ///
    /// @param after number of the last event that the client has; null if it does not know
    public Turn<RelayApi.Group> joinGroup(String group, @Nullable Long after) {
        return relay.turn(
                this,
                (state, now) -> {
                    RelayGroup joined = state.joinGroup(client, group, after, now);
                    relay.attach(this, joined, after);
                    return joined.shown();
                });
    }

    /// Gets the events of a group again, unless another connection of its client does by now, or
    /// has got more than this one. What was handed on before is not taken to have arrived.
    ///
    /// @param after number of the last event that was handed on to the client
    /// @return whether it gets them
    Turn<Boolean> returnTo(String group, long after) {
        return relay.unpaced(
                this,
                (state, now) -> {
                    Member member = state.member(client, group);
                    if (member.link != null) {
                        return member.link.party == this;
                    }
                    if (after < member.arrived() || after > member.last()) {
                        return false;
                    }
                    member.group.used = now;
                    relay.resume(this, member, after);
                    return true;
                });
    }

    /// What a client has in a group.
    ///
    /// @param from number of the last event that the client had, where the connection gets those
    ///     after it behind the answer that is being given; null where it got them before, or does
    ///     not
    /// @param sessions those that go on, of which it is a party or the creator
    record Standing(@Nullable Long from, List<String> sessions) {
        public Standing {
            sessions = List.copyOf(sessions);
        }
    }

    /// What the client has in a group at the moment.
    Standing standing(String group) {
        return relay.standing(this, group);
    }

    /// Makes a session.
    ///
    /// @param participants keys of those who may take a seat; null for every member
    /// @throws CircleException [io.circles.protocol.ErrorCode#INVALID_PARAMS] if one is no key
    public Turn<RelayApi.Session> createSession(
            String group,
            SessionKind kind,
            @Nullable JsonNode value,
            @Nullable List<String> participants) {
        Seating.Plan plan = Seating.Plan.of(kind, value, participants, relay.limits().parties());
        return relay.turn(
                this, (state, now) -> state.createSession(client, group, plan, now).shown());
    }

    /// Looks at a session.
    public Turn<RelayApi.Session> joinSession(String group, String session, SessionKind kind) {
        return relay.turn(
                this, (state, now) -> state.session(client, group, session, kind, now).shown());
    }

    /// Takes a seat.
    ///
    /// @return its number
    public Turn<Integer> signup(String group, String session, SessionKind kind) {
        return relay.turn(
                this,
                (state, now) ->
                        state.seating()
                                .signup(client, state.session(client, group, session, kind, now)));
    }

    /// Takes the seat of that number.
    ///
    /// @return the number
    public Turn<Integer> load(String group, String session, SessionKind kind, int number) {
        return relay.turn(
                this,
                (state, now) ->
                        state.seating()
                                .load(
                                        client,
                                        state.session(client, group, session, kind, now),
                                        number));
    }

    /// Says by which index messages call the client's seat.
    public Turn<RelayApi.Acknowledged> participant(
            String group, String session, int index, int number) {
        return acknowledged(
                (state, now) ->
                        state.seating()
                                .participant(
                                        client,
                                        state.session(client, group, session, null, now),
                                        index,
                                        number));
    }

    /// Sends a message to the other parties, or to one.
    public Turn<RelayApi.Acknowledged> message(
            String group, String session, SessionKind kind, RelayApi.Message message) {
        return acknowledged(
                (state, now) ->
                        state.messages()
                                .send(
                                        client,
                                        state.session(client, group, session, kind, now),
                                        message));
    }

    /// Is done.
    public Turn<RelayApi.Acknowledged> finish(String group, String session, int number) {
        return acknowledged(
                (state, now) ->
                        state.seating()
                                .finish(
                                        client,
                                        state.sessionToFinish(client, group, session, now),
                                        number,
                                        now));
    }

    /// Gives a session up.
    ///
    /// @param accused numbers of the parties that are to blame
    public Turn<RelayApi.Acknowledged> abort(
            String group, String session, String reason, List<Integer> accused) {
        return acknowledged(
                (state, now) ->
                        state.endings()
                                .abort(
                                        client,
                                        state.session(client, group, session, null, now),
                                        reason,
                                        accused,
                                        now));
    }

    private Turn<RelayApi.Acknowledged> acknowledged(MpcRelay.Deed deed) {
        return relay.turn(
                this,
                (state, now) -> {
                    deed.on(state, now);
                    return new RelayApi.Acknowledged(true);
                });
    }

    /// The connection is lost, or has lost its right: it gets nothing more.
    @Override
    public void close() {
        relay.leave(this);
    }
}
