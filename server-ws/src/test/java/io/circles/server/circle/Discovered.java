package io.circles.server.circle;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.server.StubScripts;
import io.circles.server.rpc.MethodRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// `openrpc.json` as its tests look at it, and the methods that it is to describe.
final class Discovered {
    private static final JsonNode DOCUMENT = read();

    private Discovered() {}

    private static JsonNode read() {
        try {
            return Json.parse(Files.readString(Path.of("..", "openrpc.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What can be called in truth.
    static MethodRegistry registry() {
        try (DirectCircle circle = new DirectCircle(new StubScripts(), Path.of("target"))) {
            return circle.methods();
        }
    }

    static JsonNode document() {
        return DOCUMENT;
    }

    /// The methods that it says can be called.
    static Map<String, JsonNode> callable() {
        return methods(method -> method.has("result"));
    }

    /// The notifications that it says the server sends.
    static Map<String, JsonNode> notifications() {
        return methods(method -> !method.has("result"));
    }

    private static Map<String, JsonNode> methods(Predicate<JsonNode> which) {
        return DOCUMENT.path("methods")
                .valueStream()
                .filter(which)
                .collect(
                        Collectors.toMap(method -> method.path("name").asText(), method -> method));
    }

    /// A component by its name.
    static JsonNode component(String kind, String name) {
        return resolved(Json.object().put("$ref", "#/components/" + kind + "/" + name));
    }

    /// What a reference refers to; anything else as it is.
    static JsonNode resolved(JsonNode node) {
        if (!node.has("$ref")) {
            return node;
        }
        JsonNode target = DOCUMENT.at(node.path("$ref").asText().substring(1));
        if (target.isMissingNode()) {
            throw new AssertionError(node + " refers to nothing");
        }
        return target;
    }

    /// Whether the specification of JSON-RPC has that code already.
    static boolean isStandard(ErrorCode code) {
        return code.number() <= ErrorCode.INVALID_REQUEST.number();
    }
}
