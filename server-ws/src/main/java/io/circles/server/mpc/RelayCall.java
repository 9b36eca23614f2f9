package io.circles.server.mpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Params;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Something that members of the circle endpoint can want of the relay, as it is called on the
/// wire. Immutable.
///
/// @param <P> its params
/// @param group the group that it is about; empty where it makes one
/// @param turns what is done for a party; throws a [io.circles.protocol.CircleException] for params
///     that are not what they should be
public record RelayCall<P extends Record>(
        String method,
        Params<P> params,
        Function<P, Optional<String>> group,
        BiFunction<Party, P, Turn<?>> turns) {

    static <P extends Record> RelayCall<P> of(
            String method,
            Class<P> params,
            Function<P, String> group,
            BiFunction<Party, P, Turn<?>> turns) {
        return new RelayCall<>(
                method, Params.of(params), p -> RelayForms.id(group.apply(p)), turns);
    }

    /// One call, ready to be made.
    record Ready(Turn<?> turn, Optional<String> group) {}

    /// @throws io.circles.protocol.CircleException if the params do not fit
    Ready ready(Party party, @Nullable JsonNode json) {
        return ready(party, params.decode(json));
    }

    /// @throws io.circles.protocol.CircleException if the params do not fit
    Ready ready(Party party, P decoded) {
        return new Ready(turns.apply(party, decoded), group.apply(decoded));
    }
}
