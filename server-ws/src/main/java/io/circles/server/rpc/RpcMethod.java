package io.circles.server.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.Params;
import io.circles.script.Capability;
import io.circles.server.mpc.Turn;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// One method as the registry knows it.
///
/// @param <P> its params
/// @param needs the capability its caller must have, if any
/// @param ordering how its requests run beside others of the connection
public record RpcMethod<P extends Record>(
        String name,
        Params<P> params,
        Optional<Capability> needs,
        Ordering ordering,
        Handler<P> handler) {

    /// The work of a method.
    ///
    /// @param <P> its params
    @FunctionalInterface
    public interface Handler<P> {
        /// Does it. Runs on the mailbox for [Ordering.InOrder], otherwise on a thread of its own,
        /// where interruption means that nobody wants the result any more.
        ///
        /// @return what [Json#unwritten] can make a result of
        /// @throws io.circles.protocol.CircleException to answer with that error
        Object handle(Call call, P params) throws InterruptedException;
    }

    /// Reads the params of a request to a method that is [Ordering.Exclusive].
    ///
    /// @throws io.circles.protocol.CircleException if they do not fit
    Turn<?> turn(Call call, @Nullable JsonNode json) {
        try {
            return (Turn<?>) handler.handle(call, params.decode(json));
        } catch (InterruptedException e) {
            throw new IllegalStateException("a handler that only makes a turn has waited", e);
        }
    }

    /// Reads the params, and leaves only the work to be done.
    ///
    /// @throws io.circles.protocol.CircleException if they do not fit
    Callable<JsonNode> prepare(Call call, @Nullable JsonNode json) {
        P decoded = params.decode(json);
        return () -> Json.unwritten(handler.handle(call, decoded));
    }
}
