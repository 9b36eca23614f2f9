package io.circles.server.mpc;

import io.circles.protocol.CircleException;
import io.circles.protocol.Params;
import io.circles.protocol.RelayApi;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// All that members of the circle endpoint can want of the relay.
public final class RelayCalls {
    static final String JOIN_GROUP = "Group.join";
    static final String JOIN_SESSION = "Session.join";
    static final String CREATE_SESSION = "Session.create";
    static final String SIGNUP = "Session.signup";
    static final String LOAD = "Session.load";

    /// Each by another name.
    public static final List<RelayCall<?>> ALL =
            List.of(
                    new RelayCall<>(
                            "Group.create",
                            Params.of(RelayApi.CreateGroup.class),
                            _ -> Optional.empty(),
                            RelayCalls::createGroup),
                    RelayCall.of(
                            JOIN_GROUP,
                            RelayApi.JoinGroup.class,
                            RelayApi.JoinGroup::groupId,
                            RelayCalls::joinGroup),
                    RelayCall.of(
                            CREATE_SESSION,
                            RelayApi.CreateSession.class,
                            RelayApi.CreateSession::groupId,
                            RelayCalls::createSession),
                    RelayCall.of(
                            JOIN_SESSION,
                            RelayApi.OfSession.class,
                            RelayApi.OfSession::groupId,
                            RelayCalls::joinSession),
                    RelayCall.of(
                            SIGNUP,
                            RelayApi.OfSession.class,
                            RelayApi.OfSession::groupId,
                            RelayCalls::signup),
                    RelayCall.of(
                            LOAD,
                            RelayApi.LoadParty.class,
                            RelayApi.LoadParty::groupId,
                            RelayCalls::load),
                    RelayCall.of(
                            "Session.participant",
                            RelayApi.MapParticipant.class,
                            RelayApi.MapParticipant::groupId,
                            RelayCalls::participant),
                    RelayCall.of(
                            "Session.message",
                            RelayApi.SendMessage.class,
                            RelayApi.SendMessage::groupId,
                            RelayCalls::message),
                    RelayCall.of(
                            "Session.finish",
                            RelayApi.FinishParty.class,
                            RelayApi.FinishParty::groupId,
                            RelayCalls::finish),
                    RelayCall.of(
                            "Session.abort",
                            RelayApi.AbortSession.class,
                            RelayApi.AbortSession::groupId,
                            RelayCalls::abort));

    private RelayCalls() {}

    /// The call of that name, if there is one.
    static Optional<RelayCall<?>> of(String method) {
        return ALL.stream().filter(call -> call.method().equals(method)).findFirst();
    }

    private static Turn<?> createGroup(Party party, RelayApi.CreateGroup params) {
        RelayApi.Parameters parameters = params.parameters();
        unsigned("parameters.parties", parameters.parties());
        unsigned("parameters.threshold", parameters.threshold());
        return party.createGroup(params.label(), parameters);
    }

    private static Turn<?> joinGroup(Party party, RelayApi.JoinGroup params) {
        Long after = params.after();
        if (after != null && after < 0) {
            throw CircleException.invalidParam("after", "after is 0 or more");
        }
        return party.joinGroup(uuid("group_id", params.groupId()), after);
    }

    private static Turn<?> createSession(Party party, RelayApi.CreateSession params) {
        return party.createSession(
                uuid("group_id", params.groupId()),
                kind(params.kind()),
                params.value(),
                params.participants());
    }

    private static Turn<?> joinSession(Party party, RelayApi.OfSession params) {
        return party.joinSession(
                uuid("group_id", params.groupId()),
                uuid("session_id", params.sessionId()),
                kind(params.kind()));
    }

    private static Turn<?> signup(Party party, RelayApi.OfSession params) {
        return party.signup(
                uuid("group_id", params.groupId()),
                uuid("session_id", params.sessionId()),
                kind(params.kind()));
    }

    private static Turn<?> load(Party party, RelayApi.LoadParty params) {
        return party.load(
                uuid("group_id", params.groupId()),
                uuid("session_id", params.sessionId()),
                kind(params.kind()),
                unsigned("number", params.number()));
    }

    private static Turn<?> participant(Party party, RelayApi.MapParticipant params) {
        return party.participant(
                uuid("group_id", params.groupId()),
                uuid("session_id", params.sessionId()),
                unsigned("index", params.index()),
                unsigned("number", params.number()));
    }

    private static Turn<?> message(Party party, RelayApi.SendMessage params) {
        RelayApi.Message message = params.message();
        unsigned("message.round", message.round());
        unsigned("message.sender", message.sender());
        if (message.receiver() != null) {
            unsigned("message.receiver", message.receiver());
        }
        return party.message(
                uuid("group_id", params.groupId()),
                uuid("session_id", params.sessionId()),
                kind(params.kind()),
                message);
    }

    private static Turn<?> finish(Party party, RelayApi.FinishParty params) {
        return party.finish(
                uuid("group_id", params.groupId()),
                uuid("session_id", params.sessionId()),
                unsigned("number", params.number()));
    }

    private static Turn<?> abort(Party party, RelayApi.AbortSession params) {
        List<Integer> accused = Objects.requireNonNullElse(params.accused(), List.of());
        if (accused.stream().anyMatch(Objects::isNull)) {
            throw CircleException.invalidParam("accused", "accused is an array of numbers");
        }
        return party.abort(
                uuid("group_id", params.groupId()),
                uuid("session_id", params.sessionId()),
                params.reason(),
                accused);
    }

    private static String uuid(String param, String text) {
        return RelayForms.id(text)
                .orElseThrow(() -> CircleException.invalidParam(param, param + " is a UUID"));
    }

    private static SessionKind kind(String word) {
        return SessionKind.of(word)
                .orElseThrow(() -> CircleException.invalidParam("kind", "kind is keygen or sign"));
    }

    private static int unsigned(String param, int number) {
        if (!RelayForms.isUnsigned(number)) {
            throw CircleException.invalidParam(
                    param, param + " is from 0 to " + RelayForms.LARGEST + ", not " + number);
        }
        return number;
    }
}
