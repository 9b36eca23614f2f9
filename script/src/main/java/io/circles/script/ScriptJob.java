package io.circles.script;

import io.circles.protocol.crypto.PublicKey;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One thing to be run once. Immutable.
///
/// @param id names the job in logs and where what it did is recorded: unique for ever; not secret,
///     not shown to the script
/// @param environment the circle it runs in
/// @param caller on whose behalf
/// @param capabilities what the caller may do; a play has exactly these, a function of the circle
///     has all and sees these as `caller.can`
/// @param task what is run
/// @param args the script's global `args`, the function's only argument: exactly one JSON value,
///     which is not checked; null when the caller sent none, which is `undefined` there
/// @param limits what the run may use
public record ScriptJob(
        String id,
        ScriptEnvironment environment,
        Caller caller,
        Set<Capability> capabilities,
        ScriptTask task,
        @Nullable String args,
        ScriptLimits limits) {
    public ScriptJob {
        capabilities = Set.copyOf(capabilities);
    }

    /// Who asks for what the run asks of its server: the caller's key, or the circle's own when the
    /// caller has none.
    PublicKey requester() {
        PublicKey key = caller.publicKey();
        return key == null ? environment.circle() : key;
    }
}
