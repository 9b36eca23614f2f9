package io.circles.server.store;

import io.circles.protocol.Utf8;
import java.time.Instant;
import java.util.Optional;

/// What a webhook says, verified. Immutable; shows nothing of it.
///
/// @param id names it among those of its provider
/// @param type what happened; empty where the provider does not say
/// @param object what it happened to, where order is kept for each object
/// @param created when it happened, or came, to the millisecond
/// @param headers of the request, as JSON
/// @param payload the body: JSON
public record HookEvent(
        String id,
        String type,
        Optional<String> object,
        Instant created,
        String headers,
        String payload) {
    /// What an event takes besides its texts, about.
    private static final int OVERHEAD = 512;

    /// How many bytes are counted for it.
    int size() {
        return OVERHEAD + Math.toIntExact(Utf8.length(headers) + Utf8.length(payload));
    }

    @Override
    public String toString() {
        return "HookEvent[" + size() + " bytes]";
    }
}
