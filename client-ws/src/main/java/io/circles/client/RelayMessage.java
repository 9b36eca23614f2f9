package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.RelayApi;
import java.util.Objects;

/// A message of another party of a relay session. Immutable, as long as nobody changes the body.
///
/// @param round the sender's, 0 to 65,535
/// @param sender the party number, which the circle has checked
/// @param direct whether it was for this party alone
/// @param body whatever the sender sent; the circle could read it if the parties did not encrypt
public record RelayMessage(int round, int sender, boolean direct, JsonNode body) {
    static RelayMessage of(RelayApi.Message wire) {
        JsonNode body = Objects.requireNonNullElse(wire.body(), NullNode.instance);
        return new RelayMessage(wire.round(), wire.sender(), wire.receiver() != null, body);
    }
}
