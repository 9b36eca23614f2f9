package io.circles.script.redis;

import io.circles.script.wire.UnreadableMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/// Reads what other nodes tell this one, and cuts off what it has read. Confined to its thread.
final class BusReader implements RedisThread.Work {
    private static final Logger log = LoggerFactory.getLogger(BusReader.class);
    private static final String START = "0-0";
    private static final int MOST_AT_ONCE = 64;
    private static final long LIFE_MS = 60_000;

    private final RedisConnections connections;
    private final BusPeers peers;
    private final String stream;
    private final Notices notices = new Notices(System::nanoTime);
    private String last = START;

    BusReader(RedisConnections connections, BusPeers peers) {
        this.connections = connections;
        this.peers = peers;
        this.stream = connections.name(Names.bus(connections.self()));
    }

    /// From the start: a Redis that has begun anew may number anew.
    @Override
    public void connected(RedisLink link) {
        last = START;
        peers.reading(true);
    }

    @Override
    public void lost() {
        peers.reading(false);
    }

    @Override
    public void step(RedisLink link) {
        link.send(Command.XTRIM, stream, "MINID", last);
        link.send(Command.PEXPIRE, stream, LIFE_MS);
        int place =
                link.send(
                        Command.XREAD,
                        "COUNT",
                        MOST_AT_ONCE,
                        "BLOCK",
                        StreamEntry.BLOCK_MS,
                        "STREAMS",
                        stream,
                        last);
        Object read = link.answers().get(place);
        if (read instanceof RedisFailure failure) {
            throw failure;
        }
        for (StreamEntry entry : StreamEntry.all(read)) {
            last = entry.id();
            take(entry);
        }
    }

    private void take(StreamEntry entry) {
        try {
            Message message = connections.seal().open(Purpose.BUS, stream, entry.message());
            if (!peers.received(BusMessage.read(message))) {
                log.atDebug().addKeyValue("entry", entry.id()).log("a message came before");
            }
        } catch (RefusedMessage | UnreadableMessage e) {
            String from = BusMessage.claimedSender(entry.message());
            if (notices.isDue(from + " " + RefusedMessage.kind(e))) {
                log.atWarn()
                        .addKeyValue("from", from)
                        .addKeyValue("why", e.getMessage())
                        .log("a node's messages are refused" + RefusedMessage.advice(e));
            }
        }
    }
}
