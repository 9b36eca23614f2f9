package io.circles.script;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import io.circles.script.state.Commit;

/// The result of a job that had an idempotency key, and its form in the circle's state: the JSON
/// that the caller got.
record KeptResult(JobDigest digest, ScriptResult result) {

    /// As it was recorded.
    ///
    /// @throws IllegalStateException if that is not a result
    static KeptResult of(Commit.RunRecord recorded) {
        try {
            CircleApi.Played played =
                    Json.knownPart(Json.parse(recorded.result()), CircleApi.Played.class);
            return new KeptResult(
                    new JobDigest(recorded.digest()),
                    new ScriptResult(
                            played.output(), played.value(), played.logs(), played.usage()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the record of a run is no result", e);
        }
    }

    Commit.RunRecord recorded() {
        CircleApi.Played played =
                new CircleApi.Played(
                        result.output(), result.value(), result.logs(), result.usage());
        return new Commit.RunRecord(digest.hex(), Json.write(Json.tree(played)));
    }

    ScriptResult resultFor(JobDigest other) {
        digest.requireSame(other);
        return result;
    }
}
