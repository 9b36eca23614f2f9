package io.circles.script.redis;

import io.circles.script.wire.UnreadableMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/// Reads what nodes no longer want, and stops it if it is here. Confined to its thread.
final class CancelReader implements RedisThread.Work {
    private static final Logger log = LoggerFactory.getLogger(CancelReader.class);

    private final RedisConnections connections;
    private final WorkerRuns runs;
    private final String stream;
    private String last = "0-0";

    CancelReader(RedisConnections connections, WorkerRuns runs) {
        this.connections = connections;
        this.runs = runs;
        this.stream = connections.name(Names.CANCELS);
    }

    /// From the start: what is there is not old, and a Redis that has begun anew may number anew.
    @Override
    public void connected(RedisLink link) {
        last = "0-0";
    }

    @Override
    public void step(RedisLink link) {
        Object read =
                link.ask(Command.XREAD, "BLOCK", StreamEntry.BLOCK_MS, "STREAMS", stream, last);
        for (StreamEntry entry : StreamEntry.all(read)) {
            last = entry.id();
            try {
                runs.cancel(
                        JobMessage.cancelled(
                                connections.seal().open(Purpose.CANCEL, stream, entry.message())));
            } catch (RefusedMessage | UnreadableMessage e) {
                log.atDebug().addKeyValue("why", e.getMessage()).log("a cancel is passed over");
            }
        }
    }
}
