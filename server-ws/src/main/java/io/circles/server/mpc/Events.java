package io.circles.server.mpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi.Event;
import io.circles.protocol.RelayApi.PartyPresence;
import io.circles.protocol.RelayApi.SessionAborted;
import io.circles.protocol.RelayApi.SessionClosed;
import io.circles.protocol.RelayApi.SessionCreate;
import io.circles.protocol.RelayApi.SessionExpired;
import io.circles.protocol.RelayApi.SessionLoad;
import io.circles.protocol.RelayApi.SessionMessage;
import io.circles.protocol.RelayApi.SessionSignup;
import java.util.List;

/// What can happen in a group: as it is kept, and as one member gets it.
final class Events {
    /// In the place of the number that each member has of its own.
    static final long NOBODYS = 0;

    private static final List<Class<? extends Event>> KINDS =
            List.of(
                    SessionCreate.class,
                    SessionSignup.class,
                    SessionLoad.class,
                    SessionMessage.class,
                    SessionClosed.class,
                    SessionAborted.class,
                    SessionExpired.class,
                    PartyPresence.class);

    private Events() {}

    /// The same event with a number.
    static Event numbered(Event event, long seq) {
        return switch (event) {
            case SessionCreate e -> new SessionCreate(e.groupId(), e.sessionId(), seq, e.session());
            case SessionSignup e -> new SessionSignup(e.groupId(), e.sessionId(), seq, e.parties());
            case SessionLoad e -> new SessionLoad(e.groupId(), e.sessionId(), seq, e.parties());
            case SessionMessage e ->
                    new SessionMessage(e.groupId(), e.sessionId(), seq, e.message());
            case SessionClosed e -> new SessionClosed(e.groupId(), e.sessionId(), seq, e.parties());
            case SessionAborted e ->
                    new SessionAborted(
                            e.groupId(),
                            e.sessionId(),
                            seq,
                            e.reason(),
                            e.by(),
                            e.accused(),
                            e.missing());
            case SessionExpired e ->
                    new SessionExpired(e.groupId(), e.sessionId(), seq, e.missing(), e.openSeats());
            case PartyPresence e ->
                    new PartyPresence(
                            e.groupId(),
                            e.sessionId(),
                            seq,
                            e.number(),
                            e.present(),
                            e.graceUntil());
        };
    }

    /// An event as it was kept.
    static Event read(String name, String body) throws JsonProcessingException {
        return read(name, Json.parse(body));
    }

    /// An event as another node tells it.
    static Event read(String name, JsonNode body) throws JsonProcessingException {
        for (Class<? extends Event> kind : KINDS) {
            if (kind.getSimpleName().equalsIgnoreCase(name)) {
                return Json.value(body, kind);
            }
        }
        throw new IllegalStateException("there is no event " + name);
    }

    /// An event as it is kept.
    static String write(Event event) {
        return Json.write(Json.tree(event));
    }
}
