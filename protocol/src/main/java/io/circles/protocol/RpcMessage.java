package io.circles.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// A message of JSON-RPC 2.0. [RpcFrame] reads them, [#encode()] writes them.
public sealed interface RpcMessage extends RpcFrame.Item {

    /// A call that wants an answer.
    ///
    /// @param params an object or an array; null when the member was absent
    record Request(RpcId id, String method, @Nullable JsonNode params) implements RpcMessage {}

    /// A call that gets no answer, whatever happens.
    ///
    /// @param params an object or an array; null when the member was absent
    record Notification(String method, @Nullable JsonNode params) implements RpcMessage {}

    /// The answer of a call that worked.
    record Success(RpcId id, JsonNode result) implements RpcMessage {}

    /// The answer of a call that failed.
    record Failure(RpcId id, RpcError error) implements RpcMessage {}

    /// The message as one JSON text without line breaks.
    default String encode() {
        return RpcEncoder.encode(this);
    }
}
