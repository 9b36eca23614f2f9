package io.circles.script;

import io.circles.script.state.Transaction;
import java.util.List;

/// What a run came to: its result, and what is to be committed for that result to be true.
/// Immutable.
///
/// @param result what the caller gets
/// @param transaction what the run read and wants to write
/// @param effects what it asks of the server, in order
/// @param sentHttp whether a request left for another machine: then it cannot be run again
public record ScriptOutcome(
        ScriptResult result, Transaction transaction, List<Effect> effects, boolean sentHttp) {
    public ScriptOutcome {
        effects = List.copyOf(effects);
    }

    /// A run that only computed.
    public static ScriptOutcome of(ScriptResult result) {
        return new ScriptOutcome(result, Transaction.NONE, List.of(), false);
    }
}
