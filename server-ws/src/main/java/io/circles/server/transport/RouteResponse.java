package io.circles.server.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import java.util.HashMap;
import java.util.Map;

/// The answer of a [Route]. Nobody writes to the body's array, which is not copied; two responses
/// are equal only if they share it.
///
/// @param type the body's media type; empty when there is no body
/// @param headers besides those of the body
@SuppressWarnings("ArrayRecordComponent") // bodies are big and are compared by nobody
public record RouteResponse(int status, String type, Map<String, String> headers, byte[] body) {
    /// How JSON is called in HTTP.
    public static final String JSON = "application/json";

    private static final String TEXT = "text/plain;charset=utf-8";

    public RouteResponse {
        headers = Map.copyOf(headers);
    }

    /// A JSON value.
    public static RouteResponse json(int status, JsonNode value) {
        return new RouteResponse(
                status, JSON, Map.of(), (Json.write(value) + "\n").getBytes(UTF_8));
    }

    /// What went wrong, as `{"error": text}`.
    public static RouteResponse error(int status, String text) {
        return json(status, Json.object().put("error", text));
    }

    /// A text.
    public static RouteResponse text(int status, String text) {
        return new RouteResponse(status, TEXT, Map.of(), text.getBytes(UTF_8));
    }

    /// No body.
    public static RouteResponse empty(int status) {
        return new RouteResponse(status, "", Map.of(), new byte[0]);
    }

    /// The same with one more header.
    public RouteResponse with(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new RouteResponse(status, type, more, body);
    }

    /// The status only: the rest may be secret.
    @Override
    public String toString() {
        return "RouteResponse[" + status + "]";
    }
}
