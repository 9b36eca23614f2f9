package io.circles.server.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a script asked of one key or of several, as it is kept. Immutable.
///
/// @param threshold how many signatures it needs
/// @param end how it ended
/// @param tries how often the circle's handler was told in vain
/// @param failures how often of these it was the handler that failed
/// @param requests one for each key, in the script's order
public record AskingRow(
        String id,
        int threshold,
        Optional<End> end,
        int tries,
        int failures,
        List<SignRow> requests) {
    public AskingRow {
        requests = List.copyOf(requests);
    }

    /// The same, of which requests have ended.
    public AskingRow with(List<SignRow> changed) {
        return new AskingRow(id, threshold, end, tries, failures, changed);
    }

    /// The same, after its end.
    public AskingRow with(End how) {
        return new AskingRow(id, threshold, Optional.of(how), tries, failures, requests);
    }

    /// How an asking ended.
    ///
    /// @param state a word: as that of a request
    public record End(String state, Instant at) {}
}
