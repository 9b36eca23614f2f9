package io.circles.script;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Utf8;
import org.jspecify.annotations.Nullable;

/// What one run may use. Each limit has an error code of its own. Immutable.
///
/// @param wallMs milliseconds from the script's start to its end ([ErrorCode#SCRIPT_TIMEOUT]), and
///     how long the job may wait for its start ([ErrorCode#BUSY])
/// @param cpuMs milliseconds of a processor ([ErrorCode#CPU])
/// @param memoryBytes bytes allocated, freed or not ([ErrorCode#MEMORY]); one string can be an
///     eighth of it, one typed array half of it
/// @param sourceBytes length of the script in UTF-8 ([ErrorCode#SOURCE])
/// @param argumentBytes length of the arguments as JSON in UTF-8 ([ErrorCode#ARGUMENTS])
/// @param outputBytes length of the result's `output` in UTF-8 ([ErrorCode#OUTPUT]), and of all
///     lines of the console together
/// @param logLines lines of the console that are kept; what is more is dropped
public record ScriptLimits(
        long wallMs,
        long cpuMs,
        long memoryBytes,
        long sourceBytes,
        long argumentBytes,
        long outputBytes,
        int logLines) {
    private static final long MIB = 1L << 20;

    /// The least memory with which an engine can work.
    public static final long LEAST_MEMORY_BYTES = MIB;

    /// What a circle has that says nothing else.
    public static final ScriptLimits DEFAULTS =
            new ScriptLimits(5_000, 1_000, 256 * MIB, MIB, MIB, MIB, 1_000);

    public ScriptLimits {
        require("wallMs", wallMs, 1);
        require("cpuMs", cpuMs, 1);
        require("memoryBytes", memoryBytes, LEAST_MEMORY_BYTES);
        require("sourceBytes", sourceBytes, 1);
        require("argumentBytes", argumentBytes, 1);
        require("outputBytes", outputBytes, 1);
        require("logLines", logLines, 0);
    }

    private static void require(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + least + " or more, not " + value);
        }
    }

    /// The same limits with that wall time where it is shorter: what a caller asks for never widens
    /// a limit.
    ///
    /// @param milliseconds 1 or more
    public ScriptLimits withWallMs(long milliseconds) {
        return new ScriptLimits(
                Math.min(wallMs, milliseconds),
                cpuMs,
                memoryBytes,
                sourceBytes,
                argumentBytes,
                outputBytes,
                logLines);
    }

    /// Refuses a job that is too big to be run.
    ///
    /// @param argsText the arguments as JSON, null when there are none
    /// @throws CircleException [ErrorCode#SOURCE] or [ErrorCode#ARGUMENTS]
    public void checkInput(String source, @Nullable String argsText) {
        check(ErrorCode.SOURCE, source, sourceBytes);
        if (argsText != null) {
            check(ErrorCode.ARGUMENTS, argsText, argumentBytes);
        }
    }

    /// Refuses a result that is too big to be sent.
    ///
    /// @throws CircleException [ErrorCode#OUTPUT]
    public void checkOutput(String output) {
        check(ErrorCode.OUTPUT, output, outputBytes);
    }

    private static void check(ErrorCode code, String text, long limit) {
        long used = Utf8.fits(text, limit) ? 0 : Utf8.length(text);
        if (used > limit) {
            throw exceeded(code, limit, used, "bytes");
        }
    }

    /// The failure of a run that went past a limit.
    ///
    /// @param unit of both numbers, for the message
    public static CircleException exceeded(ErrorCode code, long limit, long used, String unit) {
        String message = "%s: %d %s of %d".formatted(code.message(), used, unit, limit);
        return CircleException.limit(code, message, limit, used);
    }
}
