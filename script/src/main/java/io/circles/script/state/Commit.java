package io.circles.script.state;

import java.util.List;
import java.util.Optional;

/// What a run wants to have committed, all or nothing.
///
/// @param runId recorded with it: the same id is committed once
/// @param transaction what it read and writes
/// @param effects appended to the effect log, in order
/// @param result kept for 24 hours under the run's id, for a caller that asks again; without it
///     only the id is recorded, and for a shorter time
public record Commit(
        String runId,
        Transaction transaction,
        List<NewEffect> effects,
        Optional<RunRecord> result) {
    public Commit {
        effects = List.copyOf(effects);
    }

    /// An effect that has no number yet.
    ///
    /// @param kind says how the body is to be read
    /// @param body as JSON text
    public record NewEffect(String kind, String body) {}

    /// The result of a run with an idempotency key.
    ///
    /// @param digest of what was asked
    /// @param result as JSON text
    public record RunRecord(String digest, String result) {}
}
