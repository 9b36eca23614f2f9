package io.circles.script.redis;

import io.circles.protocol.RpcMessage;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An entry of a stream of jobs that is done with.
///
/// @param run the job, if it was one that this worker had
/// @param answer what its node is told, if it waits for something
record Finished(StreamEntry entry, @Nullable WorkerRun run, Optional<Answer> answer) {
    /// What a node is told.
    ///
    /// @param node which
    /// @param by when it has given up waiting
    /// @param message made when it is sent
    record Answer(String node, Instant by, Supplier<RpcMessage> message) {}

    /// What is not even looked at.
    static Finished refused(StreamEntry entry) {
        return new Finished(entry, null, Optional.empty());
    }

    /// A job.
    ///
    /// @param answer what came of it, if its node waits for something
    static Finished run(WorkerRun run, Optional<Supplier<RpcMessage>> answer) {
        JobMessage job = run.message();
        return new Finished(
                run.entry(),
                run,
                answer.map(message -> new Answer(job.run().node(), job.answerBy(), message)));
    }
}
