package io.circles.client;

import io.circles.protocol.CircleException;

/// A subscription to a circle's events, made by [CircleClient#subscribe]. It ends with [#close()],
/// with the client, and when the session may no longer read. Thread-safe.
public final class Subscription implements AutoCloseable {
    private final String id;
    private final long seq;
    private final CircleClient client;

    Subscription(String id, long seq, CircleClient client) {
        this.id = id;
        this.seq = seq;
        this.client = client;
    }

    /// Its id on this connection.
    public String id() {
        return id;
    }

    /// Number of the circle's last event when it began; all that come are newer.
    public long seq() {
        return seq;
    }

    /// Asks for no more events, and waits for the circle's answer; what waits for the listener is
    /// dropped. When the circle cannot be asked any more, the subscription is over anyway. An
    /// interrupt cuts the waiting short and stays set.
    @Override
    public void close() {
        try {
            client.unsubscribe(id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CircleException | ClientException e) {
            // there is no listener any more, which is all that was wanted
            return;
        }
    }
}
