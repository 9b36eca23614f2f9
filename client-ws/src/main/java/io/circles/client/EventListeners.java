package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.RpcMessage;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Who listens to which subscription, each with a bounded queue and a thread of its own.
/// Thread-safe.
final class EventListeners {
    private static final String EVENT = "event";

    private final Map<String, SerialQueue<RpcMessage.Notification>> queues =
            new ConcurrentHashMap<>();
    private final long capacity;

    /// @param capacity how many characters may wait for a listener
    EventListeners(long capacity) {
        this.capacity = capacity;
    }

    /// Begins to listen; to be called on the reading thread, before it reads on.
    void add(String subscription, Consumer<CircleApi.Published> listener) {
        queues.put(
                subscription,
                new SerialQueue<>(
                        "circle subscription " + subscription,
                        capacity,
                        event -> listener.accept(published(event))));
    }

    private static CircleApi.Published published(RpcMessage.Notification event) {
        return Results.of(EVENT, params(event), CircleApi.Published.class);
    }

    private static JsonNode params(RpcMessage.Notification event) {
        return Objects.requireNonNullElse(event.params(), NullNode.instance);
    }

    /// Where an event goes, if somebody listens to its subscription.
    Optional<SerialQueue<RpcMessage.Notification>> queue(RpcMessage.Notification event) {
        return event.method().equals(EVENT)
                ? Optional.ofNullable(queues.get(params(event).path("subscription").asText()))
                : Optional.empty();
    }

    /// Listens no longer, and drops what waits.
    void remove(String subscription) {
        Optional.ofNullable(queues.remove(subscription)).ifPresent(SerialQueue::discard);
    }

    /// The same for all.
    void removeAll() {
        queues.keySet().forEach(this::remove);
    }
}
