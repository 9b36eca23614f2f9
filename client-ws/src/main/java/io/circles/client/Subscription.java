package io.circles.client;

import io.circles.protocol.CircleException;

/// A subscription to a circle's events, made by [CircleClient#subscribe]. It goes on over the
/// connections of its client, and ends with [#close()], with the client, and when the circle
/// refuses to restore it, which the listener of gaps is told. Thread-safe.
public final class Subscription implements AutoCloseable {
    private final EventFlow flow;
    private final Subscriptions all;

    Subscription(EventFlow flow, Subscriptions all) {
        this.flow = flow;
        this.all = all;
    }

    /// Its id on the present connection.
    public String id() {
        return flow.id();
    }

    /// Number of the circle's last event when it began.
    public long seq() {
        return flow.start();
    }

    /// Number of the last event that has come for it, or [#seq] at its beginning: what another
    /// process needs to go on from here. The listener may not have got that one yet.
    public long position() {
        Long after = flow.after();
        return after == null ? 0 : after;
    }

    /// Asks for no more events, and waits for the circle's answer; what waits for the listener is
    /// dropped. When the circle cannot be asked now, the subscription is over anyway. An interrupt
    /// cuts the waiting short and stays set.
    @Override
    public void close() {
        try {
            all.end(flow);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CircleException | ClientException e) {
            // there is no listener any more, which is all that was wanted
            return;
        }
    }
}
