package io.circles.server.event;

import io.circles.protocol.Utf8;
import io.circles.server.transport.CloseCode;
import io.circles.server.transport.Connection;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/// The events on their way to one connection: in the order they were put in, each behind the reply
/// that it belongs behind.
///
/// An event that may go goes at once. One that is held keeps back those after it, within a bound of
/// bytes; a connection whose replies take so long that the bound is reached is closed with 1013.
/// Thread-safe; nothing here waits. The lock guards what is held and what waits, and is held while
/// an event is handed to the connection, so that the order stays.
public final class Deliveries {
    /// What one that waits takes besides its text.
    private static final int OVERHEAD = 128;

    /// What the events are for.
    public interface Receiver {
        /// Whether it wants nothing more: what still waits for it is dropped.
        boolean ended();
    }

    /// @param key what holds it, if that is held
    /// @param left run when it has left
    private record Delivery(Receiver receiver, String frame, Object key, Runnable left) {}

    private final Connection connection;
    private final long capacity;

    private final Object lock = new Object();
    private final Queue<Delivery> waiting = new ArrayDeque<>();
    private final Map<Object, Integer> held = new HashMap<>();
    private long bytes;

    /// @param capacity how many bytes may wait
    public Deliveries(Connection connection, long capacity) {
        this.connection = connection;
        this.capacity = capacity;
    }

    /// Keeps back what comes with that key from now on, until it has been released as often as it
    /// was held.
    void hold(Object key) {
        synchronized (lock) {
            held.merge(key, 1, Integer::sum);
        }
    }

    /// Lets go what only this has kept back.
    void release(Object key) {
        synchronized (lock) {
            held.computeIfPresent(key, (_, times) -> times == 1 ? null : times - 1);
            while (!waiting.isEmpty() && !held.containsKey(waiting.element().key)) {
                Delivery next = waiting.remove();
                bytes -= weight(next);
                send(next);
            }
        }
    }

    /// Sends an event when its turn comes.
    ///
    /// @param receiver what it is for
    /// @param frame the text; empty for nothing but a place in the order
    public void deliver(Receiver receiver, String frame, Object key) {
        deliver(receiver, frame, key, () -> {});
    }

    /// Sends an event when its turn comes.
    ///
    /// @param receiver what it is for
    /// @param left see [Connection#send(String, Runnable)]; not run for what is dropped
    public void deliver(Receiver receiver, String frame, Object key, Runnable left) {
        Delivery delivery = new Delivery(receiver, frame, key, left);
        synchronized (lock) {
            if (waiting.isEmpty() && !held.containsKey(key)) {
                send(delivery);
                return;
            }
            if (bytes < capacity) {
                waiting.add(delivery);
                bytes += weight(delivery);
                return;
            }
            waiting.clear();
            bytes = 0;
        }
        overflow();
    }

    /// Closes the connection: more waits for it than may.
    void overflow() {
        connection.close(
                CloseCode.TRY_AGAIN_LATER, "too many events wait for replies of this connection");
    }

    private void send(Delivery delivery) {
        if (!delivery.frame.isEmpty() && !delivery.receiver.ended()) {
            connection.send(delivery.frame, delivery.left);
        }
    }

    private static long weight(Delivery delivery) {
        return Utf8.length(delivery.frame) + OVERHEAD;
    }
}
