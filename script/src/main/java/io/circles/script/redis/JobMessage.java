package io.circles.script.redis;

import io.circles.protocol.Json;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.wire.Fields;
import io.circles.script.wire.JobCodec;
import io.circles.script.wire.MessageText;
import io.circles.script.wire.UnreadableMessage;
import java.time.Instant;
import java.util.List;

/// What stands in a stream of jobs: a request of JSON-RPC. It has no secrets, and names its
/// environment by the hash under which that is stored.
///
/// @param id the job's, by which its caller and the logs know it
/// @param circleName what the circle is called, for the operator
/// @param startBy when it may begin at the latest, by the clock of Redis
/// @param answerBy when its node has given up waiting
/// @param params all of it, in its order
record JobMessage(
        RunKey run,
        String id,
        String circle,
        String circleName,
        String environment,
        Instant startBy,
        Instant answerBy,
        Fields params) {
    private static final String METHOD = "run";

    /// Where the job's own params begin.
    private static final int JOB = 5;

    private static final int USUAL_LENGTH = 1_000;

    /// The bytes of a job.
    static byte[] written(
            ScriptJob job, RunKey run, String environment, Instant startBy, JobCodec codec) {
        StringBuilder params = new StringBuilder(USUAL_LENGTH).append('[');
        for (String text :
                List.of(
                        run.node(),
                        job.environment().circle().hex(),
                        job.environment().name(),
                        environment)) {
            Json.quote(text, params);
            params.append(',');
        }
        params.append(startBy.toEpochMilli()).append(',');
        codec.encode(job, params);
        return MessageText.request(run.number(), METHOD, params.append(']'));
    }

    /// Reads one.
    ///
    /// @throws UnreadableMessage if it is none
    static JobMessage read(Message message) throws UnreadableMessage {
        if (!(MessageText.read(message.body()) instanceof RpcMessage.Request request)
                || !request.method().equals(METHOD)) {
            throw new UnreadableMessage("no job");
        }
        Fields params = Fields.of(request.params());
        return new JobMessage(
                new RunKey(params.text(0), number(request.id())),
                params.text(JOB),
                params.text(1),
                params.text(2),
                params.text(3),
                Instant.ofEpochMilli(params.number(4)),
                message.until(),
                params);
    }

    /// The job, in its environment.
    ///
    /// @throws UnreadableMessage if it is none
    ScriptJob job(JobCodec codec, ScriptEnvironment itsEnvironment) throws UnreadableMessage {
        return codec.decode(params, JOB, itsEnvironment);
    }

    static long number(RpcId id) throws UnreadableMessage {
        try {
            return Long.parseLong(id.json());
        } catch (NumberFormatException e) {
            throw new UnreadableMessage("an id that is no number", e);
        }
    }

    /// The bytes that take a run back.
    static byte[] cancel(RunKey run) {
        return MessageText.bytes(
                new RpcMessage.Notification(
                        "cancel", Json.object().put("node", run.node()).put("run", run.number())));
    }

    /// Which run is taken back.
    static RunKey cancelled(Message message) throws UnreadableMessage {
        if (!(MessageText.read(message.body()) instanceof RpcMessage.Notification note)) {
            throw new UnreadableMessage("no cancellation");
        }
        Fields params = Fields.of(note.params());
        return new RunKey(params.text("node"), params.number("run"));
    }
}
