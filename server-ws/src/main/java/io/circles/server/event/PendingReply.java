package io.circles.server.event;

import java.util.ArrayList;
import java.util.List;

/// The reply that a request will get: the events that it causes wait for it. Used by the request's
/// thread, and in the end by the one that sends the reply.
public final class PendingReply {
    private final Deliveries deliveries;
    private final List<Object> keys = new ArrayList<>();

    PendingReply(Deliveries deliveries) {
        this.deliveries = deliveries;
    }

    /// Keeps the events of something back until the reply is sent. To be called before it is done.
    ///
    /// @param cause what its events come with, such as the id of a run
    public void goesBeforeEventsOf(Object cause) {
        deliveries.hold(cause);
        keys.add(cause);
    }

    /// Keeps the events of something that begins back until the reply is sent.
    public void goesBefore(Deliveries.Receiver receiver) {
        deliveries.hold(receiver);
        keys.add(receiver);
        deliveries.deliver(receiver, "", receiver);
    }

    /// The reply was handed to the outbox, or there is none.
    public void sent() {
        keys.forEach(deliveries::release);
        keys.clear();
    }
}
