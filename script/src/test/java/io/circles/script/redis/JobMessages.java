package io.circles.script.redis;

import io.circles.protocol.Json;
import io.circles.script.contract.Plays;
import io.circles.script.wire.Fields;
import java.time.Instant;

/// Jobs as workers read them, of which nothing is run.
final class JobMessages {
    private JobMessages() {}

    /// One that may begin until its node has given up waiting.
    static JobMessage of(RunKey run, Instant answerBy) {
        return new JobMessage(
                run,
                "job",
                Plays.CIRCLE.hex(),
                "shop",
                "hash",
                answerBy,
                answerBy,
                new Fields(Json.object()));
    }
}
