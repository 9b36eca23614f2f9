package io.circles.script.redis;

import io.circles.script.ScriptExecutor;
import java.time.Duration;
import redis.clients.jedis.Protocol.Command;

/// Takes new jobs from the streams, as many as there is room for,
/// and none as long as they cannot be run. Confined to its thread.
final class JobTaker implements RedisThread.Work {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int MOST_AT_ONCE = 64;

    private final RedisConnections connections;
    private final JobStreams streams;
    private final WorkerRuns runs;
    private final JobIntake intake;
    private final ScriptExecutor executor;

    JobTaker(
            RedisConnections connections,
            JobStreams streams,
            WorkerRuns runs,
            JobIntake intake,
            ScriptExecutor executor) {
        this.executor = executor;
        this.connections = connections;
        this.streams = streams;
        this.runs = runs;
        this.intake = intake;
    }

    @Override
    public void connected(RedisLink link) {
        streams.create(link);
    }

    @Override
    public void step(RedisLink link) throws InterruptedException {
        int room = executor.awaitReady(PAUSE) ? runs.awaitRoom(PAUSE) : 0;
        if (room == 0) {
            link.ask(Command.PING);
            return;
        }
        Object[] command =
                streams.unread(
                        "GROUP",
                        Names.GROUP,
                        connections.self(),
                        "COUNT",
                        Math.min(room, MOST_AT_ONCE),
                        "BLOCK",
                        StreamEntry.BLOCK_MS);
        try {
            intake.take(StreamEntry.all(link.ask(Command.XREADGROUP, command)), link);
        } catch (RedisFailure e) {
            if (!e.isNoGroup()) {
                throw e;
            }
            streams.create(link);
        }
    }
}
