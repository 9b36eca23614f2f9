package io.circles.server.mpc.original;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;

/// A request as the original reads it: params may be any JSON value.
///
/// @param id a number, a string or null; missing where nobody wants an answer
/// @param params null when there were none
record MpcRequest(JsonNode id, String method, JsonNode params) {

    /// @throws CircleException if it is none
    static MpcRequest parse(String frame) {
        JsonNode json;
        try {
            json = Json.parse(frame);
        } catch (JsonProcessingException e) {
            throw new CircleException(ErrorCode.PARSE_ERROR, "Parse error: " + Json.problem(e));
        }
        JsonNode id = json.path("id");
        boolean good =
                json.isObject()
                        && "2.0".equals(json.path("jsonrpc").textValue())
                        && json.path("method").isTextual()
                        && (id.isMissingNode() || isId(id));
        if (!good) {
            throw new CircleException(
                    ErrorCode.INVALID_REQUEST,
                    "Invalid Request: a request is an object with jsonrpc \"2.0\", method, params"
                            + " and an id");
        }
        JsonNode params = json.path("params");
        return new MpcRequest(
                id,
                json.path("method").textValue(),
                params.isMissingNode() ? NullNode.instance : params);
    }

    private static boolean isId(JsonNode id) {
        return id.isNumber() || id.isTextual() || id.isNull();
    }

    /// Whether somebody waits for the answer.
    boolean wantsAnswer() {
        return !id.isMissingNode();
    }
}
