package io.circles.script.redis;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.bus.Bus;
import io.circles.script.bus.BusLine;
import io.circles.script.bus.BusListener;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// How server nodes reach each other through a Redis: each reads a stream of its own, and whoever
/// has the shared key writes to it.
///
/// Thread-safe. It works while Redis does, and begins anew by itself when it does again; while it
/// does not, nobody is held to have left. Closing takes a few seconds at most.
public final class RedisBus implements Bus {
    private static final Duration TO_LEAVE = Duration.ofSeconds(1);

    private final String node;
    private final BusPeers peers;
    private final BusSender sender;
    private final List<RedisThread> threads;
    private final ExecutorService listeners =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("bus").factory());

    /// Begins to connect.
    ///
    /// @param connections of this process; no other bus has the same
    public RedisBus(RedisConnections connections) {
        this.node = connections.self();
        // above all that this process has used before, unless it speaks a thousand times a
        // millisecond
        this.peers =
                new BusPeers(node, () -> connections.clock().millis() * 1_000, System::nanoTime);
        this.sender = new BusSender(connections, peers);
        this.threads =
                List.of(
                        new RedisThread(
                                "bus-reader", connections, new BusReader(connections, peers)),
                        new RedisThread("bus-sender", connections, sender));
        threads.forEach(RedisThread::start);
    }

    @Override
    public String node() {
        return node;
    }

    /// @throws IllegalStateException if that line is open already, or the bus is closed
    @Override
    public BusLine open(PublicKey circle, Topic topic, BusListener listener) {
        BusQueue queue = new BusQueue(listener, listeners);
        RedisBusLine line = new RedisBusLine(name(circle, topic), peers, queue);
        peers.open(line.name(), queue);
        return line;
    }

    private static String name(PublicKey circle, Topic topic) {
        return circle.hex() + ":" + topic.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        try {
            if (peers.leave()) {
                sender.awaitLeft(TO_LEAVE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end();
    }

    /// Goes without a word, as a process does that is killed.
    void end() {
        threads.forEach(RedisThread::close);
        listeners.shutdownNow();
    }
}
