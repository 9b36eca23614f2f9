package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A request that a client makes, on whatever connection. Immutable.
///
/// @param params an object or an array; null for none
/// @param timeout from the call to the answer, over all connections that it takes
/// @param repeats whether it can be sent again when nobody knows whether it was carried out
/// @param first gets the connection and the result on its reading thread; must neither block nor
///     throw
record Ask(
        String method,
        @Nullable JsonNode params,
        Duration timeout,
        boolean repeats,
        BiConsumer<RpcLink, JsonNode> first) {

    static Ask once(String method, @Nullable JsonNode params, Duration timeout) {
        return new Ask(method, params, timeout, false, (_, _) -> {});
    }

    Ask repeating() {
        return new Ask(method, params, timeout, true, first);
    }

    Ask first(BiConsumer<RpcLink, JsonNode> seer) {
        return new Ask(method, params, timeout, repeats, seer);
    }
}
