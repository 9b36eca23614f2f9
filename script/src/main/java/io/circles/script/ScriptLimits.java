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
/// @param statements JavaScript statements ([ErrorCode#STATEMENTS]); 0 for no limit, which runs
///     faster
/// @param sourceBytes length of the script in UTF-8 ([ErrorCode#SOURCE])
/// @param argumentBytes length of the arguments as JSON in UTF-8 ([ErrorCode#ARGUMENTS])
/// @param outputBytes length of the result's `output` in UTF-8 ([ErrorCode#OUTPUT]), and of all
///     lines of the console together
/// @param logLines lines of the console that are kept; what is more is dropped
/// @param stateOperations calls of `state`, each listed entry counting as one too
///     ([ErrorCode#STATE])
/// @param stateBytes keys and values that `state` reads and writes, in UTF-8 ([ErrorCode#STATE])
/// @param effects events and other effects ([ErrorCode#EFFECTS])
/// @param effectBytes what they have together, in UTF-8 ([ErrorCode#EFFECTS])
/// @param httpRequests requests to other machines, each redirect counting as one
///     ([ErrorCode#HTTP])
/// @param httpBytes bodies of requests and of responses together ([ErrorCode#HTTP])
public record ScriptLimits(
        long wallMs,
        long cpuMs,
        long memoryBytes,
        long statements,
        long sourceBytes,
        long argumentBytes,
        long outputBytes,
        int logLines,
        int stateOperations,
        long stateBytes,
        int effects,
        long effectBytes,
        int httpRequests,
        long httpBytes) {
    private static final long MIB = 1L << 20;

    /// The least memory with which an engine can work.
    public static final long LEAST_MEMORY_BYTES = MIB;

    /// What a circle has that says nothing else.
    public static final ScriptLimits DEFAULTS =
            new ScriptLimits(
                    5_000, 1_000, 256 * MIB, 0, MIB, MIB, MIB, 1_000, 10_000, 16 * MIB, 100, MIB,
                    10, 4 * MIB);

    public ScriptLimits {
        require("wallMs", wallMs, 1);
        require("cpuMs", cpuMs, 1);
        require("memoryBytes", memoryBytes, LEAST_MEMORY_BYTES);
        require("statements", statements, 0);
        require("sourceBytes", sourceBytes, 1);
        require("argumentBytes", argumentBytes, 1);
        require("outputBytes", outputBytes, 1);
        require("logLines", logLines, 0);
        require("stateOperations", stateOperations, 0);
        require("stateBytes", stateBytes, 0);
        require("effects", effects, 0);
        require("effectBytes", effectBytes, 0);
        require("httpRequests", httpRequests, 0);
        require("httpBytes", httpBytes, 0);
    }

    private static void require(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + least + " or more, not " + value);
        }
    }

    /// The same limits, to be changed.
    public Builder toBuilder() {
        return new Builder(this);
    }

    /// The same limits with that wall time where it is shorter: what a caller asks for never widens
    /// a limit.
    ///
    /// @param milliseconds 1 or more
    public ScriptLimits withWallMs(long milliseconds) {
        return toBuilder().wallMs(Math.min(wallMs, milliseconds)).build();
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

    /// Limits that are being changed; each method is named after the component it sets. Confined to
    /// one thread.
    public static final class Builder {
        private long wallMs;
        private long cpuMs;
        private long memoryBytes;
        private long statements;
        private long sourceBytes;
        private long argumentBytes;
        private long outputBytes;
        private int logLines;
        private int stateOperations;
        private long stateBytes;
        private int effects;
        private long effectBytes;
        private int httpRequests;
        private long httpBytes;

        private Builder(ScriptLimits from) {
            this.wallMs = from.wallMs;
            this.cpuMs = from.cpuMs;
            this.memoryBytes = from.memoryBytes;
            this.statements = from.statements;
            this.sourceBytes = from.sourceBytes;
            this.argumentBytes = from.argumentBytes;
            this.outputBytes = from.outputBytes;
            this.logLines = from.logLines;
            this.stateOperations = from.stateOperations;
            this.stateBytes = from.stateBytes;
            this.effects = from.effects;
            this.effectBytes = from.effectBytes;
            this.httpRequests = from.httpRequests;
            this.httpBytes = from.httpBytes;
        }

        public Builder wallMs(long value) {
            this.wallMs = value;
            return this;
        }

        public Builder cpuMs(long value) {
            this.cpuMs = value;
            return this;
        }

        public Builder memoryBytes(long value) {
            this.memoryBytes = value;
            return this;
        }

        public Builder statements(long value) {
            this.statements = value;
            return this;
        }

        public Builder sourceBytes(long value) {
            this.sourceBytes = value;
            return this;
        }

        public Builder argumentBytes(long value) {
            this.argumentBytes = value;
            return this;
        }

        public Builder outputBytes(long value) {
            this.outputBytes = value;
            return this;
        }

        public Builder logLines(int value) {
            this.logLines = value;
            return this;
        }

        public Builder stateOperations(int value) {
            this.stateOperations = value;
            return this;
        }

        public Builder stateBytes(long value) {
            this.stateBytes = value;
            return this;
        }

        public Builder effects(int value) {
            this.effects = value;
            return this;
        }

        public Builder effectBytes(long value) {
            this.effectBytes = value;
            return this;
        }

        public Builder httpRequests(int value) {
            this.httpRequests = value;
            return this;
        }

        public Builder httpBytes(long value) {
            this.httpBytes = value;
            return this;
        }

        /// The limits.
        ///
        /// @throws IllegalArgumentException if one is out of its range
        public ScriptLimits build() {
            return new ScriptLimits(
                    wallMs,
                    cpuMs,
                    memoryBytes,
                    statements,
                    sourceBytes,
                    argumentBytes,
                    outputBytes,
                    logLines,
                    stateOperations,
                    stateBytes,
                    effects,
                    effectBytes,
                    httpRequests,
                    httpBytes);
        }
    }
}
