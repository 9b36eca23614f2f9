package io.circles.server.event;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Wildcard;
import io.circles.script.state.StateStore;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The subscriptions of one connection. Confined to its mailbox, but for [#reply()] and what that
/// gives.
public final class Subscriptions {
    private final Events events;
    private final int most;
    private final long room;
    private final Deliveries deliveries;
    private final Map<String, Subscription> byId = new HashMap<>();
    private long opened;

    /// @param most how many there may be at once
    /// @param outbox how many bytes may wait for the connection
    public Subscriptions(Events events, int most, Deliveries deliveries, long outbox) {
        this.events = events;
        this.most = most;
        this.room = outbox / 2;
        this.deliveries = deliveries;
    }

    /// For a request of this connection.
    public PendingReply reply() {
        return new PendingReply(deliveries);
    }

    /// Begins one. Its events come after the reply.
    ///
    /// @param after see [CircleApi.Subscribe]
    /// @param log where the circle's events are kept
    /// @throws CircleException [ErrorCode#TOO_MANY_SUBSCRIPTIONS]
    public CircleApi.Subscribed open(
            Wildcard topic, @Nullable Long after, StateStore log, PendingReply reply)
            throws InterruptedException {
        if (byId.size() >= most) {
            throw CircleException.limit(
                    ErrorCode.TOO_MANY_SUBSCRIPTIONS,
                    "Too many subscriptions: " + most + " on a connection",
                    most,
                    byId.size() + 1L);
        }
        opened++;
        Subscription subscription = new Subscription("s" + opened, topic, deliveries);
        events.add(subscription);
        try {
            Replay replay = replay(topic, after, log);
            reply.goesBefore(subscription);
            subscription.begin(replay);
            byId.put(subscription.id(), subscription);
            return new CircleApi.Subscribed(subscription.id(), replay.until(), replay.gap());
        } finally {
            if (!byId.containsKey(subscription.id())) {
                end(subscription);
            }
        }
    }

    private Replay replay(Wildcard topic, @Nullable Long after, StateStore log)
            throws InterruptedException {
        long newest = events.newest();
        return after == null ? Replay.none(newest) : Replay.read(log, topic, after, newest, room);
    }

    /// Ends one.
    ///
    /// @return false when there is none of that id
    public boolean close(String id) {
        Subscription subscription = byId.remove(id);
        if (subscription == null) {
            return false;
        }
        end(subscription);
        return true;
    }

    /// Ends all: whose they were has no right to them any more, or is gone.
    public void closeAll() {
        byId.values().forEach(this::end);
        byId.clear();
    }

    private void end(Subscription subscription) {
        subscription.end();
        events.remove(subscription);
    }
}
