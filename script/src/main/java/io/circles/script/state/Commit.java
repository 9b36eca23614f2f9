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
/// @param occasion of which there is to be one commit only, whatever its run's id: recorded with
///     it, and known until [StateStore#MOST_OCCASIONS] others have come, however long that takes
public record Commit(
        String runId,
        Transaction transaction,
        List<NewEffect> effects,
        Optional<RunRecord> result,
        Optional<String> occasion) {
    public Commit {
        effects = List.copyOf(effects);
    }

    /// An effect that has no number yet.
    ///
    /// @param kind says how the body is to be read
    /// @param body as JSON text
    /// @param lasting whether it is kept until [StateStore#handled] has been told of it
    public record NewEffect(String kind, String body, boolean lasting) {}

    /// The result of a run with an idempotency key.
    ///
    /// @param digest of what was asked
    /// @param result as JSON text
    public record RunRecord(String digest, String result) {}
}
