package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.RpcMessage;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// Which subscription of one connection is whose. Thread-safe.
final class EventListeners {
    private final Map<String, EventFlow> flows = new ConcurrentHashMap<>();

    /// Begins to listen; to be called on the reading thread, before it reads on.
    void add(String subscription, EventFlow flow) {
        flows.put(subscription, flow);
    }

    /// Hands an event on, if somebody listens to its subscription. Does not block.
    ///
    /// @param length in characters
    boolean take(RpcMessage.Notification event, int length) {
        if (!event.method().equals("event")) {
            return false;
        }
        JsonNode params = Objects.requireNonNullElse(event.params(), NullNode.instance);
        EventFlow flow = flows.get(params.path("subscription").asText());
        if (flow != null) {
            flow.take(this, params, length);
        }
        return flow != null;
    }

    /// Listens no longer.
    void remove(String subscription) {
        flows.remove(subscription);
    }
}
