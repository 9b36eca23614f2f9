package io.circles.script.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;

/// Writes what other nodes are told to their streams, many at a time, and says each second that
/// this node is there. What Redis does not take is kept, and tried again while it is in time:
/// whoever has it already knows it by its number. Confined to its thread.
final class BusSender implements RedisThread.Work {
    private static final Duration BEAT = Duration.ofSeconds(1);

    /// So long a node stands in the list that does not say any more that it is there, and a stream
    /// that nobody writes to is kept.
    private static final Duration LISTED = Duration.ofMinutes(1);

    private static final int MOST_LISTED = 999;
    private static final int MOST_ENTRIES = 20_000;

    private final RedisConnections connections;
    private final BusPeers peers;
    private final String nodes;
    private final CountDownLatch left = new CountDownLatch(1);
    private List<BusPeers.Outgoing> batch = List.of();
    private long beatAt = System.nanoTime();

    BusSender(RedisConnections connections, BusPeers peers) {
        this.connections = connections;
        this.peers = peers;
        this.nodes = connections.name(Names.NODES);
    }

    @Override
    public void connected(RedisLink link) {
        peers.writing(true);
    }

    @Override
    public void lost() {
        peers.writing(false);
    }

    @Override
    public void step(RedisLink link) throws InterruptedException {
        if (System.nanoTime() - beatAt >= 0) {
            beat(link);
            beatAt = System.nanoTime() + BEAT.toNanos();
        }
        boolean leaving = peers.isLeaving();
        if (batch.isEmpty()) {
            batch = peers.take();
        }
        write(link);
        if (leaving && batch.isEmpty() && left.getCount() > 0) {
            link.ask(Command.ZREM, nodes, connections.self());
            left.countDown();
        }
    }

    private void beat(RedisLink link) {
        connections.measure(link);
        if (peers.isLeaving()) {
            return;
        }
        long now = connections.clock().millis();
        link.send(Command.ZADD, nodes, now, connections.self());
        link.send(Command.ZREMRANGEBYSCORE, nodes, "-inf", "(" + (now - LISTED.toMillis()));
        link.send(Command.ZREVRANGE, nodes, 0, MOST_LISTED);
        List<@Nullable Object> answers = link.answers();
        answers.forEach(BusSender::check);
        List<String> listed = new ArrayList<>();
        for (Object name : RedisLink.list(answers.getLast())) {
            listed.add(RedisLink.text(name));
        }
        listed.removeIf(name -> !BusMessage.NODE.matcher(name).matches());
        peers.beat(listed);
    }

    private static void check(@Nullable Object answer) {
        if (answer instanceof RedisFailure failure) {
            throw failure;
        }
    }

    private void write(RedisLink link) {
        long nanos = System.nanoTime();
        // what is late is missing in the numbers of its reader
        batch = batch.stream().filter(out -> out.left(nanos).isPositive()).toList();
        Set<String> streams = new HashSet<>();
        for (BusPeers.Outgoing out : batch) {
            String stream = connections.name(Names.bus(out.node()));
            Instant until = connections.clock().instant().plus(out.left(nanos));
            byte[] message =
                    connections.seal().seal(Purpose.BUS, stream, until, out.message().written());
            link.send(
                    Command.XADD, stream, "MAXLEN", "~", MOST_ENTRIES, "*", Names.MESSAGE, message);
            streams.add(stream);
        }
        streams.forEach(stream -> link.send(Command.PEXPIRE, stream, LISTED.toMillis()));
        List<@Nullable Object> answers = batch.isEmpty() ? List.of() : link.answers();
        List<@Nullable Object> added = answers.subList(0, batch.size());
        if (!added.isEmpty() && added.stream().allMatch(RedisFailure.class::isInstance)) {
            check(added.getFirst());
        }
        // what one stream does not take is missing in the numbers of its reader
        batch = List.of();
    }

    /// Waits until the others were told that this node leaves.
    void awaitLeft(Duration atMost) throws InterruptedException {
        var _ = left.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
}
