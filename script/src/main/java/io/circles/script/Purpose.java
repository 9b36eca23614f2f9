package io.circles.script;

import io.circles.script.state.Commit;
import java.util.Optional;

/// Why a job is run: it decides what is remembered of the run besides its id.
sealed interface Purpose {

    /// Nothing but itself: it need not be committed at all when it changes nothing.
    record Simple() implements Purpose {}

    /// A request that may be sent again, and then gets the same result.
    record Keyed(JobDigest digest) implements Purpose {}

    /// Something that happened, for which there is to be one run.
    ///
    /// @param name of the occasion
    record Occasion(String name) implements Purpose {}

    /// The result of the run, if it is kept.
    default Optional<Commit.RunRecord> kept(ScriptResult result) {
        return switch (this) {
            case Keyed(JobDigest digest) -> Optional.of(new KeptResult(digest, result).recorded());
            case Simple _, Occasion _ -> Optional.empty();
        };
    }

    /// The occasion of the run, if it has one.
    default Optional<String> occasion() {
        return switch (this) {
            case Occasion(String name) -> Optional.of(name);
            case Simple _, Keyed _ -> Optional.empty();
        };
    }
}
