package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.RelayApi;
import java.util.Optional;

/// Reads the relay's events.
final class RelayEvents {
    private RelayEvents() {}

    /// @return empty when it is no event of the relay's
    /// @throws BadReplyException when it is one, but not as it should be
    static Optional<RelayApi.Event> read(String name, JsonNode params) {
        return Optional.ofNullable(
                switch (name) {
                    case "sessionCreate" -> of(name, params, RelayApi.SessionCreate.class);
                    case "sessionSignup" -> of(name, params, RelayApi.SessionSignup.class);
                    case "sessionLoad" -> of(name, params, RelayApi.SessionLoad.class);
                    case "sessionMessage" -> of(name, params, RelayApi.SessionMessage.class);
                    case "sessionClosed" -> of(name, params, RelayApi.SessionClosed.class);
                    case "sessionAborted" -> of(name, params, RelayApi.SessionAborted.class);
                    case "sessionExpired" -> of(name, params, RelayApi.SessionExpired.class);
                    case "partyPresence" -> of(name, params, RelayApi.PartyPresence.class);
                    default -> null;
                });
    }

    private static <R extends Record & RelayApi.Event> R of(
            String name, JsonNode params, Class<R> type) {
        return Results.of(name, params, type);
    }
}
