package io.circles.server.transport;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The connections of one circle, so many and no more. Thread-safe.
public final class Connections {
    /// How long clients have to answer the close frame before the network may cut them off.
    private static final Duration FAREWELL = Duration.ofSeconds(1);

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
    /// with 1012. Waits until that is done, and a moment for the clients to answer.
    ///
    /// @param patience how long what is in flight may take; the rest is cancelled
    public void drain(Duration patience) throws InterruptedException {
        closing = true;
        long deadline = System.nanoTime() + patience.toNanos();
        List<Connection> all = List.copyOf(open);
        try {
            finish(all, patience, deadline);
        } finally {
            all.forEach(c -> c.close(CloseCode.SERVICE_RESTART, "the circle is stopping"));
        }
        long end = System.nanoTime() + FAREWELL.toNanos();
        for (Connection connection : all) {
            connection.awaitGone(end);
        }
    }

    /// Frames that came before are in flight too, so each mailbox gets to the announcement first.
    private static void finish(List<Connection> all, Duration patience, long deadline)
            throws InterruptedException {
        CountDownLatch told = new CountDownLatch(all.size());
        for (Connection connection : all) {
            connection.execute(
                    () -> {
                        connection.handler().drain(patience.toMillis());
                        told.countDown();
                    });
        }
        var _ = told.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        awaitIdle(all, deadline);
        all.forEach(connection -> connection.handler().cancelAll());
        awaitIdle(all, System.nanoTime() + FAREWELL.toNanos());
    }

    private static void awaitIdle(List<Connection> all, long deadline) throws InterruptedException {
        for (Connection connection : all) {
            connection.handler().awaitIdle(deadline);
        }
    }
}
