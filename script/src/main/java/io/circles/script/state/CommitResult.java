package io.circles.script.state;

import java.util.Optional;

/// What became of a commit.
public sealed interface CommitResult {

    /// It is durable.
    ///
    /// @param version of the state from then on; the same as before when it wrote no entry
    /// @param firstEffect number of its first effect, those of the others follow; the number of the
    ///     last one before when it has none
    record Committed(long version, long firstEffect) implements CommitResult {}

    /// Something that was read has changed meanwhile, nothing was committed.
    ///
    /// @param key one that has changed, or the beginning of a listed range in which something has
    record Conflict(String key) implements CommitResult {}

    /// The run, or another one of its occasion, was committed before; nothing was committed again.
    ///
    /// @param result that it had then, if one was kept
    record Known(Optional<Commit.RunRecord> result) implements CommitResult {}
}
