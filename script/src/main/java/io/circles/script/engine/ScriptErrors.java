package io.circles.script.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.Utf8;
import io.circles.script.ScriptLimits;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/// Turns what the engine throws into what the caller may know: name, message and place of the
/// script's own error, nothing of the host.
final class ScriptErrors {
    /// What the engine says of a stack that has ended.
    static final String STACK_OVERFLOW = "Maximum call stack size exceeded";

    /// The engine's message about a script that it cannot parse: place, what is wrong, and the
    /// line.
    private static final Pattern SYNTAX = Pattern.compile("\\S*:\\d+:\\d+ ([^\\n]*)\\n[\\s\\S]*");

    private ScriptErrors() {}

    /// @param describe turns the thrown value into the prelude's JSON, still under the script's
    ///     limits
    /// @throws PolyglotException that same one, if the failure is not the script's
    static CircleException of(
            PolyglotException e,
            ScriptLimits limits,
            CircleApi.Usage used,
            Function<@Nullable Value, String> describe) {
        CircleException ended = ended(e, limits, used);
        if (ended != null) {
            return ended;
        }
        if (!e.isGuestException()) {
            throw e;
        }
        try {
            return scriptError(e, Description.of(describe.apply(e.getGuestObject())));
        } catch (PolyglotException resisted) {
            CircleException meanwhile = ended(resisted, limits, used);
            if (meanwhile != null) {
                return meanwhile;
            }
            boolean overflowed = String.valueOf(resisted.getMessage()).contains(STACK_OVERFLOW);
            return overflowed ? stack() : scriptError(e, Description.NONE);
        }
    }

    /// The failure of a script that did not fail by itself; null of one that did.
    private static @Nullable CircleException ended(
            PolyglotException e, ScriptLimits limits, CircleApi.Usage used) {
        if (e.isCancelled() && !e.isResourceExhausted()) {
            return new CircleException(ErrorCode.CANCELLED);
        }
        if (!e.isResourceExhausted()) {
            return null;
        }
        if (limits.statements() > 0 && String.valueOf(e.getMessage()).contains("Statement")) {
            return ScriptLimits.exceeded(
                    ErrorCode.STATEMENTS,
                    limits.statements(),
                    limits.statements() + 1,
                    "statements");
        }
        return String.valueOf(e.getMessage()).contains("Stack overflow")
                ? stack()
                : memory(limits, used);
    }

    /// What was thrown, in the prelude's words.
    private record Description(String name, String message, String title) {
        private static final String RESISTS = "something that cannot be described";

        /// Of what did not let itself be described.
        static final Description NONE = new Description("object", RESISTS, RESISTS);

        static Description of(String json) {
            try {
                JsonNode tree = Json.parse(json);
                return new Description(
                        text(tree, "name"), text(tree, "message"), text(tree, "title"));
            } catch (JsonProcessingException _) {
                // whose message has text of the script
                throw new IllegalStateException("the prelude describes errors as JSON");
            }
        }

        private static String text(JsonNode tree, String member) {
            return Utf8.wellFormed(tree.path(member).asText());
        }
    }

    private static CircleException scriptError(PolyglotException e, Description thrown) {
        if (thrown.name().equals("RangeError") && thrown.message().equals(STACK_OVERFLOW)) {
            return stack();
        }
        Description plain = e.isSyntaxError() ? withoutPlace(thrown) : thrown;
        CircleException error =
                new CircleException(ErrorCode.SCRIPT_ERROR, "Execution Error: " + plain.title())
                        .with("name", plain.name())
                        .with("message", plain.message());
        return ScriptStack.of(e).addTo(error);
    }

    private static Description withoutPlace(Description thrown) {
        Matcher place = SYNTAX.matcher(thrown.message());
        if (!place.matches()) {
            return thrown;
        }
        String message = place.group(1);
        return new Description(thrown.name(), message, thrown.name() + ": " + message);
    }

    /// The failure of a run whose stack has ended.
    static CircleException stack() {
        long limit = ScriptThreads.STACK_BYTES;
        return ScriptLimits.exceeded(ErrorCode.STACK, limit, limit, "bytes");
    }

    private static CircleException memory(ScriptLimits limits, CircleApi.Usage used) {
        return ScriptLimits.exceeded(
                ErrorCode.MEMORY, limits.memoryBytes(), used.allocatedBytes(), "bytes allocated");
    }
}
