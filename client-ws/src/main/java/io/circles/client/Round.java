package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One round of a protocol: what this party sends in it, and the wait for what the others send.
///
/// ```java
/// RoundMessages others =
///         session.round(1).broadcast(commitment).collect(Duration.ofSeconds(30));
/// ```
///
/// When [#collect] fails because the connection was lost, call it again, on the same object (in
/// another client after [Relay#rejoin]): what the circle has taken is not sent
/// again, and what may have been lost is sent again as it was, of which the others take one. A new
/// object for the same round would send anew, and in most protocols a party that says two
/// different things in a round is taken for a cheat. Confined to one thread.
public final class Round {
    private static final int TO_ALL = 0;

    private final RelaySession session;
    private final int number;
    private final Map<Integer, Outgoing> messages = new LinkedHashMap<>();

    /// @param receiver null for all
    /// @param taken whether the circle has it
    private record Outgoing(@Nullable Integer receiver, String uuid, JsonNode body, boolean taken) {
        RelayApi.Message wire(int round, int sender) {
            return new RelayApi.Message(round, sender, receiver, uuid, body);
        }

        Outgoing whenTaken() {
            return new Outgoing(receiver, uuid, body, true);
        }
    }

    Round(RelaySession session, int number) {
        this.session = session;
        this.number = number;
    }

    /// Has something sent to all other parties.
    ///
    /// @param body anything that Jackson can write as JSON; a `byte[]` becomes base64
    /// @throws IllegalArgumentException when Jackson cannot write it
    /// @throws IllegalStateException when there is a broadcast already
    public Round broadcast(@Nullable Object body) {
        return add(TO_ALL, null, body);
    }

    /// Has something sent to one other party.
    ///
    /// @param receiver its number; in a sign session where indexes were mapped
    ///     ([RelaySession#participant]), its index
    /// @param body anything that Jackson can write as JSON; a `byte[]` becomes base64
    /// @throws IllegalArgumentException when Jackson cannot write it, or for no such number
    /// @throws IllegalStateException when there is something for that receiver already
    public Round to(int receiver, @Nullable Object body) {
        if (receiver < 1 || receiver > RelaySession.MAX_NUMBER) {
            throw new IllegalArgumentException("a receiver is from 1 to 65535, not " + receiver);
        }
        return add(receiver, receiver, body);
    }

    private Round add(int key, @Nullable Integer receiver, @Nullable Object body) {
        String uuid = UUID.randomUUID().toString();
        Outgoing message = new Outgoing(receiver, uuid, Json.tree(body), false);
        if (messages.putIfAbsent(key, message) != null) {
            throw new IllegalStateException(
                    "round %d has a message to %s already"
                            .formatted(number, receiver == null ? "all" : receiver));
        }
        return this;
    }

    /// Sends what the circle has not taken yet, and waits for nobody. [RelaySession#receive] has
    /// what others send, for protocols in which not everybody speaks in a round.
    ///
    /// @throws RelaySessionEndedException when the session was aborted or has expired
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    public void send() throws InterruptedException {
        send(session.requestTimeout());
    }

    private void send(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(timeout);
        for (Map.Entry<Integer, Outgoing> entry : messages.entrySet()) {
            Outgoing message = entry.getValue();
            if (!message.taken()) {
                session.send(message.wire(number, session.number()), deadline.remaining());
                entry.setValue(message.whenTaken());
            }
        }
    }

    /// Sends what the circle has not taken yet, and waits for the others' messages of this round:
    /// for a broadcast of each when this party broadcast, or sent nothing; for one to this party
    /// alone of each when this party sent something to single ones. Those that came before it was
    /// called count.
    ///
    /// @param timeout for all of it
    /// @throws RelayTimeoutException when some did not send in time; what has come is kept for the
    ///     next call
    /// @throws RelaySessionEndedException when the session was aborted, has expired or was
    ///     finished by all
    /// @throws IllegalStateException when it is not known yet who the parties are
    /// @throws CircleException what the circle answered
    /// @throws ClientException when the connection was lost, see above, or an answer was late
    public RoundMessages collect(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(timeout);
        send(timeout);
        return session.collect(awaited(), timeout, deadline);
    }

    private List<Inbox.Slot> awaited() {
        boolean direct = messages.keySet().stream().anyMatch(key -> key != TO_ALL);
        boolean broadcasts = !direct || messages.containsKey(TO_ALL);
        List<Inbox.Slot> slots = new ArrayList<>();
        for (int party : session.others()) {
            if (broadcasts) {
                slots.add(new Inbox.Slot(number, party, false));
            }
            if (direct) {
                slots.add(new Inbox.Slot(number, party, true));
            }
        }
        return slots;
    }
}
