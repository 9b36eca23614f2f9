package io.circles.launcher;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi.Played;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import org.jspecify.annotations.Nullable;

/// What `play` and `call` have in common: JSON for the script, and its result for the user.
///
/// @param json whether the whole result is printed as JSON
record RunOutput(Shell shell, boolean json) {
    private static final String EXAMPLE = "{\"name\": \"Ada\", \"years\": [36]}";

    /// The value of `--args`.
    ///
    /// @throws LauncherException if it is not JSON
    static JsonNode parsed(String text) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new LauncherException(
                    ExitCode.USAGE,
                    "circles: --args is not JSON%s: %s; right would be '%s'"
                            .formatted(place(e.getLocation()), Json.problem(e), EXAMPLE));
        }
    }

    private static String place(@Nullable JsonLocation at) {
        if (at == null) {
            return "";
        }
        return (at.getLineNr() > 1 ? ", line " + at.getLineNr() : "")
                + ", column "
                + at.getColumnNr();
    }

    /// Prints a result: the output, and on standard error what was logged.
    void print(Played result) {
        if (json) {
            shell.out().println(Json.write(Json.tree(result)));
            return;
        }
        result.logs().stream()
                .map(line -> Printable.of("[%s] %s".formatted(line.level(), line.message())))
                .forEach(shell.err()::println);
        if (!result.output().isEmpty()) {
            shell.out().println(result.output());
        }
    }

    /// The failure of a run as the command ends with it.
    ///
    /// @param script what to call the script where the failure names no file
    static RuntimeException failure(String script, CircleException e) {
        return e.code() == ErrorCode.SCRIPT_ERROR
                ? new LauncherException(ExitCode.REFUSED, Thrown.text(script, e))
                : e;
    }
}
