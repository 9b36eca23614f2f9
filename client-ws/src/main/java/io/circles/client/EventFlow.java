package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The events of one subscription on their way to its listener, over one connection after the
/// other: each at most once, in order, and what is missing is said.
///
/// Concurrency: the reading threads of connections call [#take] and [#resume]; for a moment there
/// may be two, of which the last that resumed counts. The monitor guards all fields that change,
/// and nothing done under it blocks.
final class EventFlow {
    private final String topic;
    private final ListenerQueue<JsonNode, EventGap> queue;
    private @Nullable EventListeners source;
    private String id = "";
    private long start;
    private long last;
    private long told;
    private boolean begun;

    /// @param after number of the last event that is known; null to begin with the next one
    /// @param capacity how many characters of events may wait for the listener
    EventFlow(
            String topic,
            @Nullable Long after,
            long capacity,
            Consumer<CircleApi.Published> listener,
            Consumer<EventGap> onGap) {
        this.topic = topic;
        this.begun = after != null;
        this.last = after == null ? 0 : after;
        this.queue =
                new ListenerQueue<>(
                        "circle subscription",
                        capacity,
                        event ->
                                listener.accept(
                                        Results.of("event", event, CircleApi.Published.class)),
                        onGap,
                        EventGap::and);
    }

    String topic() {
        return topic;
    }

    /// Its name on the connection that it was resumed on last.
    synchronized String id() {
        return id;
    }

    /// Number of the circle's last event when it began.
    synchronized long start() {
        return start;
    }

    /// Number of the last event that has come, if it has begun.
    synchronized @Nullable Long after() {
        return begun ? last : null;
    }

    /// The circle has agreed, on a connection: only from there events come from now on.
    synchronized void resume(EventListeners from, CircleApi.Subscribed reply) {
        source = from;
        id = reply.subscription();
        if (!begun) {
            last = reply.seq();
        } else if (reply.gap()) {
            queue.lose(new EventGap(last, reply.seq()));
            told = reply.seq();
            last = Math.min(last, reply.seq());
        }
        start = start == 0 ? reply.seq() : start;
        begun = true;
    }

    /// An event has come.
    ///
    /// @param length in characters
    synchronized void take(EventListeners from, JsonNode event, int length) {
        long seq = event.path("seq").asLong();
        if (from != source || seq <= last) {
            return;
        }
        long prev = event.path("prev").asLong();
        long known = Math.max(last, told);
        if (prev > known) {
            queue.lose(new EventGap(known, prev));
        }
        queue.offer(event, length, new EventGap(Math.max(last, prev), seq));
        last = seq;
    }

    /// Nothing more will come, since the circle does not want it.
    synchronized void refused() {
        source = null;
        queue.lose(new EventGap(last, Long.MAX_VALUE));
    }

    /// Nobody listens any more.
    synchronized void end() {
        if (source != null) {
            source.remove(id);
        }
        source = null;
        queue.discard();
    }
}
