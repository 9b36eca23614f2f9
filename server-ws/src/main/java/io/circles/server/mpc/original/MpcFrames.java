package io.circles.server.mpc.original;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.RelayApi.Event;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the server sends at `/mpc`. Events are answers to a request of the id 0 that nobody made;
/// whatever is refused has the number of an internal error.
final class MpcFrames {
    /// What a refusal says that ends the connection.
    static final String CLOSE = "close-connection";

    private static final Set<ErrorCode> OF_THE_SPECIFICATION =
            Set.of(
                    ErrorCode.PARSE_ERROR,
                    ErrorCode.INVALID_REQUEST,
                    ErrorCode.METHOD_NOT_FOUND,
                    ErrorCode.INVALID_PARAMS);

    private MpcFrames() {}

    private static ObjectNode answer(JsonNode id) {
        ObjectNode answer = Json.object();
        answer.put("jsonrpc", "2.0");
        answer.set("id", id);
        return answer;
    }

    /// @param result of a [io.circles.server.mpc.Turn]
    static String success(JsonNode id, Object result) {
        ObjectNode answer = answer(id);
        switch (result) {
            case RelayApi.Acknowledged _ -> {}
            case RelayApi.Session session -> answer.set("result", session(session));
            default -> answer.set("result", Json.tree(result));
        }
        return Json.write(answer);
    }

    /// The participants of a session are keys, and here are none.
    private static JsonNode session(RelayApi.Session session) {
        return Json.object()
                .put("kind", session.kind())
                .put("uuid", session.uuid())
                .set("value", session.value());
    }

    /// @param id null where none could be read
    static String failure(@Nullable JsonNode id, Throwable problem, boolean closes) {
        ObjectNode answer = answer(id == null ? NullNode.instance : id);
        ObjectNode error = answer.putObject("error");
        CircleException told =
                problem instanceof CircleException known
                        ? known
                        : new CircleException(ErrorCode.INTERNAL_ERROR);
        ErrorCode code =
                OF_THE_SPECIFICATION.contains(told.code()) ? told.code() : ErrorCode.INTERNAL_ERROR;
        error.put("code", code.number());
        error.put("message", told.error().message());
        if (closes) {
            error.put("data", CLOSE);
        }
        return Json.write(answer);
    }

    /// An event, whatever its number.
    static String event(Event event) {
        ObjectNode answer = answer(Json.tree(0));
        ArrayNode pair = answer.putArray("result").add(event.method());
        pair.add(
                switch (event) {
                    case RelayApi.SessionCreate e -> session(e.session());
                    case RelayApi.SessionSignup e -> Json.text(e.sessionId());
                    case RelayApi.SessionLoad e -> Json.text(e.sessionId());
                    case RelayApi.SessionMessage e -> Json.tree(e.message());
                    case RelayApi.SessionClosed e -> Json.tree(e.parties());
                    case RelayApi.SessionAborted _,
                            RelayApi.SessionExpired _,
                            RelayApi.PartyPresence _ ->
                            Json.tree(event);
                });
        return Json.write(answer);
    }
}
