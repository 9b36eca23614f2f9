package io.circles.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;

/// What a script threw, in words for people.
final class Thrown {
    private Thrown() {}

    /// The failure after its place, as compilers write it: `script:1:7: Error: no`.
    ///
    /// @param script what to call it where the failure names no file
    static String text(String script, CircleException e) {
        JsonNode data = Json.tree(e.error().data());
        String file = data.path("file").asText(script);
        String place =
                data.hasNonNull("line")
                        ? "%s:%s:%s".formatted(file, data.get("line"), data.get("column"))
                        : file;
        String prefix = ErrorCode.SCRIPT_ERROR.message() + ": ";
        return place + ": " + String.valueOf(e.getMessage()).replaceFirst("^" + prefix, "");
    }
}
