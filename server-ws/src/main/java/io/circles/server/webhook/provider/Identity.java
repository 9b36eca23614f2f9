package io.circles.server.webhook.provider;

import java.time.Instant;
import java.util.Optional;

/// What a delivery says of its event.
///
/// @param id names it among those of its provider: 1 to [#LONGEST] characters
/// @param type what happened; empty where the provider does not say
/// @param created when it happened, where the provider says so
public record Identity(String id, String type, Optional<Instant> created) {
    /// The longest id and the longest type, in characters.
    public static final int LONGEST = 255;

    public Identity {
        if (id.isEmpty() || id.length() > LONGEST) {
            throw new IllegalArgumentException("the event's id has 1 to 255 characters");
        }
        if (type.length() > LONGEST) {
            throw new IllegalArgumentException("the event's type has 255 characters at most");
        }
    }
}
