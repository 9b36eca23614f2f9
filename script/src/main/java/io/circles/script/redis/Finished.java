package io.circles.script.redis;

import io.circles.protocol.RpcMessage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An entry of a stream of jobs that is done with.
///
/// @param run the job, if it was one
/// @param answer what its node is told, if it waits for something
record Finished(StreamEntry entry, @Nullable WorkerRun run, Optional<RpcMessage> answer) {
    /// What is not even looked at.
    static Finished refused(StreamEntry entry) {
        return new Finished(entry, null, Optional.empty());
    }
}
