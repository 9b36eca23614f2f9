package io.circles.script;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import org.jspecify.annotations.Nullable;

/// One script to be run once. Immutable, as long as nobody changes `args`.
///
/// @param id names the job in logs, unique among those of a process; not secret, not shown to the
///     script
/// @param circle the circle it runs in
/// @param caller on whose behalf
/// @param source JavaScript, evaluated as a script and not as a module
/// @param args the script's global `args`; null when the caller sent none, which is `undefined`
///     there
/// @param limits what the run may use
public record ScriptJob(
        String id,
        PublicKey circle,
        Caller caller,
        String source,
        @Nullable JsonNode args,
        ScriptLimits limits) {

    /// The arguments as JSON text, null when there are none.
    public @Nullable String argsText() {
        return args == null ? null : Json.write(args);
    }
}
