package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.RpcMessage;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The relay of a circle, as [CircleClient#relay()] gives it: parties that hold shares of a key
/// run a threshold protocol among themselves, and the circle carries their messages.
///
/// ```java
/// RelayGroup group = circle.relay().create("treasury", 3, 1);
/// RelaySession session = group.create(RelayApi.KEYGEN);
/// int me = session.signUp(Duration.ofMinutes(5));
/// RoundMessages first = session.round(1).broadcast(sealed).collect(Duration.ofSeconds(30));
/// ```
///
/// The circle can read, drop and hold back what it carries: **encrypt and authenticate every body
/// between the parties**; the guide `run-a-threshold-protocol` shows how.
///
/// The client must have proven a key, which is what a party is known by, and its session must have
/// the capability `relay`. Any thread may use a relay, its groups and their sessions; each call
/// blocks its own thread only, and can be interrupted.
///
/// When the client connects again by itself, its groups come back with it: what waits goes on
/// waiting, and what the circle sent meanwhile comes in order, exactly once. A group that the
/// circle no longer has fails with what the circle says.
public final class Relay {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final Requests requests;
    private final ClientSession session;
    private final Duration requestTimeout;
    private final Map<String, HeardGroup> groups = new ConcurrentHashMap<>();

    Relay(Requests requests, ClientSession session, Duration requestTimeout) {
        this.requests = requests;
        this.session = session;
        this.requestTimeout = requestTimeout;
    }

    /// What brings the groups back on each connection.
    Restorable groups() {
        return new Restorable() {
            @Override
            public void attach(RpcLink link) {
                link.intercept(Relay.this::take);
            }

            @Override
            public void restore(RpcLink link) throws InterruptedException {
                rejoinAll(link);
            }
        };
    }

    private void rejoinAll(RpcLink link) throws InterruptedException {
        for (Map.Entry<String, HeardGroup> each : groups.entrySet()) {
            rejoin(link, each.getKey(), each.getValue());
        }
    }

    private void rejoin(RpcLink link, String id, HeardGroup heard) throws InterruptedException {
        try {
            JsonNode params = Json.tree(new RelayApi.JoinGroup(id, heard.heard()));
            JsonNode result =
                    link.call("Group.join", params, requestTimeout, _ -> heard.moveTo(this));
            var _ = Results.of("Group.join", result, RelayApi.Group.class);
        } catch (CircleException e) {
            if (e.code().retryable()) {
                throw e;
            }
            LOG.atWarn().addKeyValue("problem", e).log("a group is not there any more");
            heard.lose(this, () -> e);
            groups.remove(id, heard);
        }
    }

    /// The client connects no more.
    void closed(RuntimeException why) {
        lose(() -> ConnectionState.ended(why, false));
    }

    /// Makes a group, whose first member this client is.
    ///
    /// @param label for people, at most 256 characters
    /// @param parties how many shares the key has, 2 or more
    /// @param threshold one less than how many parties sign together: 1 or more, less than
    ///     `parties`
    /// @throws CircleException what the circle answered; [ErrorCode#RELAY_BAD_PARAMETERS] for such
    ///     numbers as make no group
    /// @throws ClientException when no answer came
    public RelayGroup create(String label, int parties, int threshold) throws InterruptedException {
        HeardGroup heard = new HeardGroup(0, this);
        var parameters = new RelayApi.Parameters(parties, threshold);
        String method = "Group.create";
        JsonNode result =
                requests.call(
                        Ask.once(
                                        method,
                                        Json.tree(new RelayApi.CreateGroup(label, parameters)),
                                        requestTimeout)
                                .first((_, id) -> groups.put(id.asText(), heard)));
        String id = Results.any(method, result, String.class);
        return new RelayGroup(new RelayApi.Group(label, parameters, id), heard);
    }

    /// Becomes a member of a group, or comes back to it; its events come to this connection from
    /// now on, first those that are not known to have arrived.
    ///
    /// @throws CircleException what the circle answered; [ErrorCode#RELAY_NOT_FOUND] when there is
    ///     no such group, [ErrorCode#RELAY_FULL] when it has all its members
    /// @throws ClientException when no answer came
    public RelayGroup join(String groupId) throws InterruptedException {
        HeardGroup heard = new HeardGroup(0, this);
        return new RelayGroup(join(new RelayApi.JoinGroup(groupId, null), heard), heard);
    }

    /// Comes back to a group in a new process, one that has kept what it needs. Where the old
    /// [RelayGroup] is still there, [#rejoin] is the better way: it has kept what came and was not
    /// taken.
    ///
    /// The circle keeps an event only until it knows that the connection has received it, which
    /// may be before the process has written down that it has: then the number is refused, and
    /// what the old process had not taken is lost.
    ///
    /// @param after as [RelayGroup#after()] was; all events that came later are sent again
    /// @throws CircleException what the circle answered; [ErrorCode#RELAY_NOT_FOUND] when there is
    ///     no such group any more, [ErrorCode#RELAY_BAD_PARAMETERS] when some of those events are
    ///     kept no longer
    /// @throws ClientException when no answer came
    public RelayGroup join(String groupId, long after) throws InterruptedException {
        HeardGroup heard = new HeardGroup(after, this);
        return new RelayGroup(join(new RelayApi.JoinGroup(groupId, after), heard), heard);
    }

    /// Goes on with a group on this client, after the one that it had was closed. The group and
    /// its sessions are the same objects as before: what the circle sent meanwhile comes in order,
    /// exactly once, and calls that failed with [ConnectionLostException] can be made again.
    ///
    /// @param group of this circle, joined with the key that this client has proven
    /// @throws CircleException what the circle answered; [ErrorCode#RELAY_NOT_FOUND] when there is
    ///     no such group any more
    /// @throws ClientException when no answer came
    public void rejoin(RelayGroup group) throws InterruptedException {
        join(new RelayApi.JoinGroup(group.id(), group.after()), group.heard());
    }

    private RelayApi.Group join(RelayApi.JoinGroup params, HeardGroup heard)
            throws InterruptedException {
        String method = "Group.join";
        JsonNode result =
                requests.call(
                        Ask.once(method, Json.tree(params), requestTimeout)
                                .repeating()
                                .first(
                                        (_, _) -> {
                                            groups.put(params.groupId(), heard);
                                            heard.moveTo(this);
                                        }));
        return Results.of(method, result, RelayApi.Group.class);
    }

    /// Takes the events of the groups that are known here; the rest is the application's.
    private boolean take(RpcMessage.Notification event, int length) {
        JsonNode params = Objects.requireNonNullElse(event.params(), NullNode.instance);
        if (event.method().equals("session_expired")) {
            if (session.lasts()) {
                return false; // the groups come back with the session
            }
            lose(() -> new CircleException(ErrorCode.SESSION_EXPIRED));
            return false;
        }
        HeardGroup group = groups.get(params.path("group_id").asText());
        return group != null && take(group, event.method(), params, length);
    }

    private static boolean take(HeardGroup group, String name, JsonNode params, int length) {
        try {
            Optional<RelayApi.Event> event = RelayEvents.read(name, params);
            event.ifPresent(one -> group.hear(one, length));
            return event.isPresent();
        } catch (BadReplyException e) {
            LOG.atWarn().addKeyValue("problem", e).log("an event of the relay is dropped");
            return true;
        }
    }

    private void lose(Supplier<RuntimeException> why) {
        groups.values().forEach(group -> group.lose(this, why));
    }

    /// Asks the circle something about a group.
    ///
    /// @param patience how long to wait at most, if that is less than any request may take
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    <T> T ask(String method, Record params, Class<T> type, Duration patience)
            throws InterruptedException {
        Duration timeout = patience.compareTo(requestTimeout) < 0 ? patience : requestTimeout;
        JsonNode result = requests.call(method, Json.tree(params), timeout);
        return Results.any(method, result, type);
    }

    Duration requestTimeout() {
        return requestTimeout;
    }

    /// Passes the events of a group over from now on.
    void forget(String groupId) {
        groups.remove(groupId);
    }
}
