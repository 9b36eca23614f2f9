package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.RpcError;

/// How a request ended, other than by the caller's giving it up.
sealed interface Outcome {

    record Answered(JsonNode result) implements Outcome {}

    record Failed(RpcError error) implements Outcome {}

    record Lost(LinkEnd end) implements Outcome {}
}
