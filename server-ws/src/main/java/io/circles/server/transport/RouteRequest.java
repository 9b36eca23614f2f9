package io.circles.server.transport;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// A request to a [Route], read whole. Nobody writes to the body's array, which is not copied; two
/// requests are equal only if they share it.
///
/// @param method in capital letters
/// @param parameters those of the route's path, decoded
/// @param headers by their names in whatever case; what came several times is joined with `, `
/// @param body empty where the route reads none
/// @param remote the address of the other end, which may be a proxy's
@SuppressWarnings("ArrayRecordComponent") // bodies are big and are compared by nobody
public record RouteRequest(
        String method,
        Map<String, String> parameters,
        Map<String, String> headers,
        byte[] body,
        String remote) {
    public RouteRequest {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(headers);
        headers = Collections.unmodifiableMap(byName);
        parameters = Map.copyOf(parameters);
    }

    /// The header of that name, in whatever case.
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /// A parameter of the route's path.
    public String parameter(String name) {
        return Objects.requireNonNull(parameters.get(name));
    }

    RouteRequest withBody(byte[] bytes) {
        return new RouteRequest(method, parameters, headers, bytes, remote);
    }

    /// The method only: the rest may be secret.
    @Override
    public String toString() {
        return "RouteRequest[" + method + "]";
    }
}
