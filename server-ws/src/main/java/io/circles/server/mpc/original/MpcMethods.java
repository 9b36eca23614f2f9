package io.circles.server.mpc.original;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.server.mpc.Party;
import io.circles.server.mpc.Turn;

/// What can be called at `/mpc`.
final class MpcMethods {
    /// The only method whose refusal can end the connection.
    static final String JOIN = "Group.join";

    private MpcMethods() {}

    /// What a request wants done.
    ///
    /// @throws CircleException if there is no such method, or its params do not fit
    static Turn<?> turn(Party party, MpcRequest request) {
        JsonNode params = request.params();
        return switch (request.method()) {
            case "Group.create" -> {
                MpcParams p = MpcParams.of(params, 2, 2);
                yield party.createGroup(p.text(0), p.parameters(1));
            }
            case JOIN -> {
                JsonNode id = params.isArray() && params.size() == 1 ? params.path(0) : params;
                yield party.joinGroup(MpcParams.uuid(id, "params"), null);
            }
            case "Session.create" -> {
                MpcParams p = MpcParams.of(params, 2, 3);
                yield party.createSession(p.uuid(0), p.kind(1), p.any(2), null);
            }
            case "Session.join" -> {
                MpcParams p = MpcParams.of(params, 3, 3);
                yield party.joinSession(p.uuid(0), p.uuid(1), p.kind(2));
            }
            case "Session.signup" -> {
                MpcParams p = MpcParams.of(params, 3, 3);
                yield party.signup(p.uuid(0), p.uuid(1), p.kind(2));
            }
            case "Session.load" -> {
                MpcParams p = MpcParams.of(params, 4, 4);
                yield party.load(p.uuid(0), p.uuid(1), p.kind(2), p.number(3));
            }
            case "Session.participant" -> {
                MpcParams p = MpcParams.of(params, 4, 4);
                yield party.participant(p.uuid(0), p.uuid(1), p.number(2), p.number(3));
            }
            case "Session.message" -> {
                MpcParams p = MpcParams.of(params, 4, 4);
                yield party.message(p.uuid(0), p.uuid(1), p.kind(2), p.message(3));
            }
            case "Session.finish" -> {
                MpcParams p = MpcParams.of(params, 3, 3);
                yield party.finish(p.uuid(0), p.uuid(1), p.number(2));
            }
            case "Session.abort" -> {
                MpcParams p = MpcParams.of(params, 3, 4);
                yield party.abort(p.uuid(0), p.uuid(1), p.text(2), p.numbers(3));
            }
            default -> throw new CircleException(ErrorCode.METHOD_NOT_FOUND);
        };
    }
}
