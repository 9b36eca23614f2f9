package io.circles.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A [SignatureRequest] as JSON, as the circle's log keeps it.
final class SignText {
    private SignText() {}

    static ObjectNode written(SignatureRequest request) {
        ObjectNode body = Json.object().put("id", request.id());
        ArrayNode keys = body.putArray("keys");
        request.keys().forEach(key -> keys.add(key.hex()));
        return body.put("threshold", request.threshold())
                .put("message", request.message())
                .put("content_type", request.contentType())
                .put("display", request.display())
                .put("digest", request.digest().word())
                .put("ttl_ms", request.ttl().toMillis());
    }

    /// @throws IllegalArgumentException if it is none
    static SignatureRequest read(JsonNode body) {
        List<PublicKey> keys = new ArrayList<>();
        body.path("keys").forEach(key -> keys.add(PublicKey.parse(key.asText())));
        return new SignatureRequest(
                body.path("id").asText(),
                keys,
                body.path("threshold").intValue(),
                body.path("message").asText(),
                body.path("content_type").asText(),
                body.path("display").asText(),
                SignDigest.of(body.path("digest").asText())
                        .orElseThrow(() -> new IllegalArgumentException("an unknown digest")),
                Duration.ofMillis(body.path("ttl_ms").longValue()));
    }
}
