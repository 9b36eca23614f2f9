package io.circles.server.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a script asked of one key or of several, as it is kept. Immutable.
///
/// @param threshold how many signatures it needs
/// @param end how it ended
/// @param tries how often the circle's handler was run in vain
/// @param requests one for each key, in the script's order
public record AskingRow(
        String id, int threshold, Optional<End> end, int tries, List<SignRow> requests) {
    public AskingRow {
        requests = List.copyOf(requests);
    }

    /// How an asking ended.
    ///
    /// @param state a word: as that of a request
    public record End(String state, Instant at) {}
}
