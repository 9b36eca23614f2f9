package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CircleClient;
import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import io.circles.protocol.RpcMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The events that one reader has heard on its connections, one connection after the other: it
/// subscribes each time with the last number that it knows. Thread-safe: `this` guards all of it.
final class EventLog {
    private final List<CircleApi.Published> heard = new ArrayList<>();
    private long connection;
    private long last;
    private @Nullable String wrong;

    /// Of a reader that has heard nothing.
    EventLog() {
        this(0);
    }

    /// Of a reader that has heard something before.
    ///
    /// @param last number of the last event
    EventLog(long last) {
        this.last = last;
    }

    /// What the next connection tells its events to. Connections before it are heard no more.
    synchronized Consumer<RpcMessage.Notification> next() {
        long mine = ++connection;
        return event -> hear(mine, event);
    }

    /// Subscribes to everything that has not been heard.
    CircleApi.Subscribed subscribe(CircleClient client) throws InterruptedException {
        JsonNode params = Json.object().put("topic", "*").put("after", last());
        return client.request("subscribe", params, CircleApi.Subscribed.class);
    }

    private synchronized void hear(long from, RpcMessage.Notification notification) {
        JsonNode params = notification.params();
        if (from != connection || !notification.method().equals("event") || params == null) {
            return;
        }
        CircleApi.Published event =
                new CircleApi.Published(
                        params.path("subscription").asText(),
                        params.path("topic").asText(),
                        params.path("data"),
                        params.path("seq").asLong(),
                        params.path("prev").asLong());
        if (event.prev() != last || event.seq() <= last) {
            wrong = event + " came after " + last;
        }
        last = event.seq();
        heard.add(event);
    }

    /// Number of the last event.
    synchronized long last() {
        return last;
    }

    /// How many there were.
    synchronized int size() {
        return heard.size();
    }

    /// All of them.
    synchronized List<CircleApi.Published> all() {
        return List.copyOf(heard);
    }

    /// All of them, of which each one's `prev` was the number of the one before.
    synchronized List<CircleApi.Published> unbroken() {
        assertThat(wrong).isNull();
        return List.copyOf(heard);
    }
}
