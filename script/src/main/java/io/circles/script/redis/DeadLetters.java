package io.circles.script.redis;

import io.circles.protocol.Json;
import java.time.Duration;
import redis.clients.jedis.Protocol.Command;

/// Notes of jobs that were given up, for the operator, who reads them with `redis-cli`: which they
/// were, when and why, and nothing of what they were to do. Nothing of Circles reads them, so they
/// are not sealed.
final class DeadLetters {
    /// The field of an entry that has the note.
    static final String FIELD = "job";

    private static final int MOST = 1_000;
    private static final Duration LIFE = Duration.ofDays(7);

    private DeadLetters() {}

    static void write(WorkerRun run, String why, RedisConnections connections, RedisLink link) {
        JobMessage job = run.message();
        String letter =
                Json.write(
                        Json.object()
                                .put("circle", job.circleName())
                                .put("job", job.id())
                                .put("run", job.run().toString())
                                .put("sent", run.entry().written().toString())
                                .put("given_up", connections.clock().instant().toString())
                                .put("why", why));
        String stream = connections.name(Names.DEAD);
        link.ask(Command.XADD, stream, "MAXLEN", "~", MOST, "*", FIELD, letter);
        link.ask(Command.PEXPIRE, stream, LIFE.toMillis());
    }
}
