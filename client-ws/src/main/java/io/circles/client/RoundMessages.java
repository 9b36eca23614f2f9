package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// What the others sent in a round: the bodies by party number, in the order of the numbers.
/// Immutable, as long as nobody changes the bodies.
///
/// @param broadcasts what each sent to all; empty when this party broadcast nothing
/// @param direct what each sent to this party alone; empty when this party sent nothing of the kind
public record RoundMessages(Map<Integer, JsonNode> broadcasts, Map<Integer, JsonNode> direct) {
    /// Copies both.
    public RoundMessages {
        broadcasts = Collections.unmodifiableMap(new TreeMap<>(broadcasts));
        direct = Collections.unmodifiableMap(new TreeMap<>(direct));
    }
}
