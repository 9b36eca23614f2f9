package io.circles.script.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.Utf8;
import io.circles.script.ScriptLimits;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The result of a script as the prelude hands it over, in both its forms.
record ResultText(String output, JsonNode value) {
    /// A surrogate that JSON.stringify wrote as an escape, because its other half is missing; the
    /// backslash before it is not itself escaped.
    private static final Pattern LONE_SURROGATE =
            Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}");

    /// @param tagged the text of the prelude, its first character saying what follows
    /// @throws CircleException if there is no result that can be sent
    static ResultText of(String tagged, ScriptLimits limits) {
        String text = tagged.substring(1);
        return switch (tagged.charAt(0)) {
            case 's' -> ofString(Utf8.wellFormed(text), limits);
            case 'j' -> ofJson(text, limits);
            case 'u' -> new ResultText("", NullNode.instance);
            case 'o' ->
                    throw ScriptLimits.exceeded(
                            ErrorCode.OUTPUT,
                            limits.outputBytes(),
                            Long.parseLong(text),
                            "bytes or more");
            case 'n' -> throw noForm(text);
            default -> throw new IllegalStateException("the prelude answered " + tagged.charAt(0));
        };
    }

    /// The value as JSON text; null for `undefined`.
    @Nullable String json() {
        return value.isNull() && output.isEmpty() ? null : Json.write(value);
    }

    private static ResultText ofString(String text, ScriptLimits limits) {
        limits.checkOutput(text);
        return new ResultText(text, Json.text(text));
    }

    private static ResultText ofJson(String json, ScriptLimits limits) {
        String text =
                json.contains("\\ud") ? LONE_SURROGATE.matcher(json).replaceAll("$1\uFFFD") : json;
        limits.checkOutput(text);
        try {
            return new ResultText(text, Json.parse(text));
        } catch (JsonProcessingException e) {
            throw noForm("the result is no JSON that can be read: " + e.getOriginalMessage());
        }
    }

    private static CircleException noForm(String why) {
        return new CircleException(ErrorCode.SCRIPT_ERROR, "Execution Error: " + why)
                .with("name", "TypeError")
                .with("message", why);
    }
}
