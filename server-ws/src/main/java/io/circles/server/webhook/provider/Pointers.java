package io.circles.server.webhook.provider;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/// Reads scalars out of payloads, which are what others make them.
final class Pointers {
    /// Past this a time in seconds is none that a date can have.
    private static final long LAST_SECOND = 253_402_300_799L;

    private Pointers() {}

    /// The text or number at a place.
    static Optional<String> scalar(JsonNode payload, JsonPointer place) {
        JsonNode value = payload.at(place);
        return value.isTextual() || value.isNumber()
                ? Optional.of(value.asText())
                : Optional.empty();
    }

    /// The text at a place.
    ///
    /// @throws IllegalArgumentException if there is none
    static String text(JsonNode payload, String place) {
        JsonNode value = payload.at(place);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("the body has no text at " + place);
        }
        return value.textValue();
    }

    static Instant time(long seconds) {
        return Instant.ofEpochSecond(Math.clamp(seconds, 0, LAST_SECOND));
    }
}
