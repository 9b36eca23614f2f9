package io.circles.script.worker;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcMessage;
import io.circles.script.wire.Fields;
import io.circles.script.wire.OutcomeCodec;
import io.circles.script.wire.UnreadableMessage;

/// What a worker's answer means for the run.
final class Answers {
    private Answers() {}

    /// Whether the run was ended because it was told to.
    static boolean isCancelled(PoolRun.Step result) {
        return result instanceof PoolRun.Failed failed
                && failed.failure().code() == ErrorCode.CANCELLED;
    }

    static PoolRun.Step step(RpcMessage answer) throws UnreadableMessage {
        return switch (answer) {
            case RpcMessage.Success success ->
                    new PoolRun.Done(OutcomeCodec.decode(new Fields(success.result())));
            case RpcMessage.Failure failure ->
                    new PoolRun.Failed(new CircleException(failure.error()));
            case RpcMessage.Request _, RpcMessage.Notification _ ->
                    throw new UnreadableMessage("no answer");
        };
    }
}
