package io.circles.protocol;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.RpcFrame.Malformed;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads one item of a frame from a stream of tokens, to the letter of JSON-RPC 2.0, sections 4 and
/// 5. Members that the specification does not name are skipped. Confined to one thread, used once.
final class RpcDecoder {
    private final JsonParser json;

    private @Nullable String version;
    private @Nullable RpcId id;
    private @Nullable String method;
    private @Nullable JsonNode params;
    private @Nullable JsonNode result;
    private @Nullable JsonNode error;
    private @Nullable String problem;

    private RpcDecoder(JsonParser json) {
        this.json = json;
    }

    /// Reads the value that starts at the current token, to its last token.
    static RpcFrame.Item item(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            if (json.currentToken() == null) {
                throw new JsonParseException(json, "the frame is empty");
            }
            json.skipChildren();
            return malformed(RpcId.NULL, "a request is an object");
        }
        RpcDecoder decoder = new RpcDecoder(json);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            decoder.member(json.currentName());
        }
        return decoder.build();
    }

    private void member(String name) throws IOException {
        json.nextToken();
        switch (name) {
            case "jsonrpc" -> version = string("jsonrpc");
            case "id" -> id = id();
            case "method" -> method = string("method");
            case "params" -> params = structure();
            case "result" -> result = tree();
            case "error" -> error = tree();
            case String other -> json.skipChildren();
        }
    }

    private @Nullable String string(String name) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        complain(name + " must be a string");
        json.skipChildren();
        return null;
    }

    private @Nullable RpcId id() throws IOException {
        return switch (json.currentToken()) {
            case VALUE_STRING -> RpcId.of(json.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new RpcId(json.getText());
            case VALUE_NULL -> RpcId.NULL;
            case START_OBJECT,
                    START_ARRAY,
                    VALUE_TRUE,
                    VALUE_FALSE,
                    VALUE_EMBEDDED_OBJECT,
                    END_OBJECT,
                    END_ARRAY,
                    FIELD_NAME,
                    NOT_AVAILABLE -> {
                complain("id must be a string, a number or null");
                json.skipChildren();
                yield null;
            }
        };
    }

    private @Nullable JsonNode structure() throws IOException {
        if (json.currentToken().isStructStart()) {
            return tree();
        }
        complain("params must be an object or an array");
        return null;
    }

    private JsonNode tree() throws IOException {
        return Json.nextTree(json);
    }

    private void complain(String what) {
        if (problem == null) {
            problem = what;
        }
    }

    private RpcFrame.Item build() {
        if (!"2.0".equals(version)) {
            complain("jsonrpc must be \"2.0\"");
        }
        if (method == null && result == null && error == null) {
            complain("method is missing");
        }
        if (problem != null) {
            return malformed(id == null ? RpcId.NULL : id, problem);
        }
        return method == null ? response() : call(method);
    }

    private RpcMessage call(String name) {
        return id == null
                ? new RpcMessage.Notification(name, params)
                : new RpcMessage.Request(id, name, params);
    }

    private RpcFrame.Item response() {
        if (id == null) {
            return malformed(RpcId.NULL, "a response has an id");
        }
        if (result != null && error == null) {
            return new RpcMessage.Success(id, result);
        }
        if (result == null
                && error != null
                && error.path("code").canConvertToInt()
                && error.path("message").isTextual()) {
            return new RpcMessage.Failure(
                    id,
                    new RpcError(
                            error.path("code").intValue(),
                            error.path("message").textValue(),
                            error.get("data")));
        }
        return malformed(id, "a response has either a result, or an error with code and message");
    }

    private static Malformed malformed(RpcId id, String problem) {
        return new Malformed(
                id, new CircleException(ErrorCode.INVALID_REQUEST, "Invalid Request: " + problem));
    }
}
