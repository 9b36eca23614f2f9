package io.circles.server.transport;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The connections of one circle, so many and no more. Thread-safe.
public final class Connections {
    private final int capacity;
    private final AtomicInteger taken = new AtomicInteger();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /// @param capacity how many there may be at once
    public Connections(int capacity) {
        this.capacity = capacity;
    }

    /// Whether one more would be taken now.
    public boolean hasRoom() {
        return !closing && taken.get() < capacity;
    }

    /// How many there are.
    public int size() {
        return open.size();
    }

    /// Takes a connection in.
    ///
    /// @return false when there is no room, or no more are taken
    boolean add(Connection connection) {
        if (taken.incrementAndGet() > capacity || closing) {
            taken.decrementAndGet();
            return false;
        }
        open.add(connection);
        if (closing) {
            remove(connection);
            return false;
        }
        return true;
    }

    void remove(Connection connection) {
        if (open.remove(connection)) {
            taken.decrementAndGet();
        }
    }

    /// Takes no more connections, lets those there are finish what is in flight, and closes them
    /// with 1012. Waits until that is done or the deadline has come.
    ///
    /// @param patience how long to wait
    public void drain(Duration patience) throws InterruptedException {
        closing = true;
        long deadline = System.nanoTime() + patience.toNanos();
        for (Connection connection : open) {
            FrameHandler handler = connection.handler();
            connection.execute(() -> handler.drain(patience.toMillis()));
        }
        try {
            for (Connection connection : open) {
                connection.handler().awaitIdle(deadline);
            }
        } finally {
            open.forEach(
                    connection ->
                            connection.close(CloseCode.SERVICE_RESTART, "the circle is stopping"));
        }
    }
}
