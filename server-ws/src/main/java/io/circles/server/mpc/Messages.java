package io.circles.server.mpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.Utf8;
import io.circles.server.store.RelayChange;
import java.util.Collection;
import java.util.List;

/// What parties tell each other. Not thread-safe: belongs to a [RelayState].
final class Messages {
    private final Journal journal;
    private final RelayLimits limits;

    Messages(Journal journal, RelayLimits limits) {
        this.journal = journal;
        this.limits = limits;
    }

    /// Sends a message on. A receiver that has left after it was done gets nothing.
    void send(Client client, RelaySession session, RelayApi.Message message) {
        Seat sender = Seating.own(client, session, message.sender());
        List<Member> to = receivers(session, sender, message);
        String body = Json.write(message.body());
        if (Utf8.length(body) > limits.message()) {
            throw Refusals.parameters("a message has at most " + limits.message() + " bytes");
        }
        long bytes = Utf8.length(body) + Utf8.length(message.uuid()) + Journal.OVERHEAD;
        refuseBacklog(to, bytes);
        journal.room().refuse(bytes + to.size() * Room.WAITING, limits.store());
        if (session.name()) {
            journal.add(new RelayChange.SessionChanged(session.id, session.state()));
        }
        journal.post(
                session.group,
                new RelayApi.SessionMessage(
                        session.group.id,
                        session.id,
                        Events.NOBODYS,
                        compact(message, Json.raw(body))),
                to);
    }

    /// The text takes less memory than the tree.
    private static RelayApi.Message compact(RelayApi.Message message, JsonNode body) {
        return new RelayApi.Message(
                message.round(), message.sender(), message.receiver(), message.uuid(), body);
    }

    private static List<Member> receivers(
            RelaySession session, Seat sender, RelayApi.Message message) {
        Integer receiver = message.receiver();
        if (receiver == null) {
            return session.seats().stream()
                    .filter(seat -> seat.number() != sender.number())
                    .flatMap(seat -> session.group.holder(seat).stream())
                    .toList();
        }
        Seat seat = session.receiver(receiver).orElseThrow(() -> Refusals.receiver(receiver));
        return session.group.holder(seat).stream().toList();
    }

    /// Who does not take what it was sent cannot cause more.
    void refuseBehind(Member member) {
        if (member.bytes() > limits.backlog()) {
            throw Refusals.behind(limits.backlog(), member.bytes());
        }
    }

    /// @param bytes what would wait for each of them besides
    void refuseBacklog(Collection<Member> members, long bytes) {
        for (Member member : members) {
            if (member.bytes() > 0 && member.bytes() + bytes > limits.backlog()) {
                throw Refusals.backlog(limits.backlog(), member.bytes() + bytes);
            }
        }
    }
}
