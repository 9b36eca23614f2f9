package io.circles.server.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage.Failure;
import io.circles.protocol.RpcMessage.Success;
import io.circles.server.event.PendingReply;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The answer of one request, written once its work is done.
///
/// @param outcome told how it ended
record RequestAnswer(
        @Nullable RpcId id,
        String method,
        Answers answers,
        PendingReply reply,
        Consumer<String> outcome)
        implements RunningRequest.Answer {
    private static final Logger LOG = LoggerFactory.getLogger(RequestAnswer.class);

    @Override
    public void success(JsonNode result) {
        outcome.accept("ok");
        if (id == null) {
            reply.sent();
        } else {
            answers.answer(new Success(id, result), reply::sent);
        }
    }

    @Override
    public void failure(Throwable problem) {
        CircleException told = problem instanceof CircleException known ? known : internal(problem);
        outcome.accept(told.code().kind());
        if (id == null) {
            reply.sent();
        } else {
            answers.answer(new Failure(id, told.error()), reply::sent);
        }
    }

    private CircleException internal(Throwable problem) {
        String correlation = UUID.randomUUID().toString();
        LOG.atError()
                .addKeyValue("method", method)
                .addKeyValue("correlation_id", correlation)
                .setCause(problem)
                .log("a request failed");
        return new CircleException(ErrorCode.INTERNAL_ERROR).with("correlation_id", correlation);
    }
}
