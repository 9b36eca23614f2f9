package io.circles.script;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import java.util.List;

/// What a run gave back: its completion value, twice.
///
/// The completion value of `let x = 10; x * 2` is 20. A promise (anything with a `then`) is awaited
/// first. As JSON the value has the form that `JSON.stringify` gives it, `toJSON` included, and
/// where that would lose data silently, this one:
///
/// | value | JSON |
/// |---|---|
/// | `undefined` | as the whole result `null`; as a member left out; in an array `null` |
/// | `NaN`, `Infinity` | `null` |
/// | BigInt | its decimal digits as a string |
/// | Date | ISO 8601 in UTC as a string; an invalid one `null` |
/// | Map | an array of `[key, value]` pairs |
/// | Set | an array |
/// | typed array, ArrayBuffer | an array of numbers; of BigInts, of strings |
/// | Error | `{"name", "message"}` |
/// | boxed number, string, boolean, BigInt | as the primitive |
/// | half of a surrogate pair in a text | U+FFFD |
/// | function, symbol, a cycle, more than 250 levels | fails |
/// | Promise inside the value, RegExp, WeakMap, WeakSet, WeakRef, DataView | fails |
/// | iterator, generator | fails |
/// | any other object without members of its own (`Math`, an object of a class) | fails |
///
/// What fails is a [io.circles.protocol.ErrorCode#SCRIPT_ERROR] that says where in the value and
/// what it is: `the result has no JSON form: value.a[2] is a function`.
///
/// @param output the value as text: a string as it is, `undefined` as the empty text, anything else
///     as its JSON
/// @param value the value as JSON; shared, not to be changed
/// @param logs what the script wrote to its console, oldest first
/// @param functionLogs what functions of the circle wrote in the play of somebody who may not
///     read that
/// @param usage what the run used
public record ScriptResult(
        String output,
        JsonNode value,
        List<CircleApi.LogLine> logs,
        List<CircleApi.LogLine> functionLogs,
        CircleApi.Usage usage) {
    public ScriptResult {
        logs = List.copyOf(logs);
        functionLogs = List.copyOf(functionLogs);
    }

    /// One in which no function wrote anything that its caller may not read.
    public ScriptResult(
            String output, JsonNode value, List<CircleApi.LogLine> logs, CircleApi.Usage usage) {
        this(output, value, logs, List.of(), usage);
    }
}
