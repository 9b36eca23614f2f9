package io.circles.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// The error object of JSON-RPC 2.0, section 5.1.
///
/// @param code the number, usually one of [ErrorCode]
/// @param message one short sentence
/// @param data more about it: `kind`, `retryable` and what the kind adds; null when the sender gave
///     none
public record RpcError(int code, String message, @Nullable JsonNode data) {

    static RpcError of(ErrorCode code, String message) {
        ObjectNode data = Json.object();
        data.put("kind", code.kind());
        data.put("retryable", code.retryable());
        return new RpcError(code.number(), message, data);
    }

    ObjectNode copyOfData() {
        return data instanceof ObjectNode object ? object.deepCopy() : Json.object();
    }
}
