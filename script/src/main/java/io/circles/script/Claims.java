package io.circles.script;

import io.circles.script.state.Transaction;
import java.util.Optional;
import java.util.Set;

/// What a run may claim to have written and asked for: no more than its job's rights cover,
/// whatever the worker that ran it says.
final class Claims {
    private Claims() {}

    /// What an outcome claims beyond the rights of its job, in a few words for the log.
    static Optional<String> beyondRights(ScriptJob job, ScriptOutcome outcome) {
        return switch (job.task()) {
            case ScriptTask.Call _, ScriptTask.Handle _ -> Optional.empty();
            case ScriptTask.Inspect _ -> changes(outcome) ? said("changes") : Optional.empty();
            case ScriptTask.Play _ -> ofPlay(job, outcome);
        };
    }

    private static Optional<String> ofPlay(ScriptJob job, ScriptOutcome outcome) {
        Set<Capability> rights = job.capabilities();
        if (job.environment().module().isPresent() && rights.contains(Capability.CALL)) {
            // it may have been a function of the circle, which has all rights
            return Optional.empty();
        }
        if (!outcome.transaction().writes().isEmpty() && !rights.contains(Capability.WRITE)) {
            return said("changes without the capability write");
        }
        Optional<Capability> missing =
                outcome.effects().stream()
                        .map(Claims::needed)
                        .filter(needed -> !rights.contains(needed))
                        .findFirst();
        if (missing.isPresent()) {
            return said("effects without the capability " + missing.get().word());
        }
        boolean asks = outcome.effects().stream().anyMatch(Effect.Sign.class::isInstance);
        if (asks && job.caller().publicKey() == null) {
            return said("requests to sign in nobody's name");
        }
        boolean guarded =
                outcome.transaction().writes().stream()
                        .map(Transaction.Write::key)
                        .anyMatch(key -> key.startsWith(ScriptEnvironment.CIRCLE_KEYS));
        return guarded && !rights.contains(Capability.ADMIN)
                ? said("writes under " + ScriptEnvironment.CIRCLE_KEYS)
                : Optional.empty();
    }

    private static Capability needed(Effect effect) {
        return switch (effect) {
            case Effect.Publish _ -> Capability.WRITE;
            case Effect.Signing _ -> Capability.SIGN;
        };
    }

    private static boolean changes(ScriptOutcome outcome) {
        return !outcome.transaction().writes().isEmpty() || !outcome.effects().isEmpty();
    }

    private static Optional<String> said(String what) {
        return Optional.of(what);
    }
}
