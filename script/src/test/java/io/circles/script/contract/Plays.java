package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptResult;
import io.circles.script.ScriptTask;
import java.util.EnumSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How the contracts play: every test says what it plays, this says on what.
public interface Plays {
    PublicKey CIRCLE =
            PublicKey.parse("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    PublicKey ALICE =
            PublicKey.parse("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");

    /// So much that only the limit that a test sets is ever reached.
    ScriptLimits WIDE =
            ScriptLimits.DEFAULTS.toBuilder()
                    .wallMs(60_000)
                    .cpuMs(60_000)
                    .memoryBytes(1L << 30)
                    .build();

    /// The executor that is tested.
    ScriptExecutor executor();

    static ScriptJob job(String source, @Nullable JsonNode args, ScriptLimits limits) {
        return job(CIRCLE, Caller.of(ALICE), source, args, limits);
    }

    static ScriptJob job(
            PublicKey circle,
            Caller caller,
            String source,
            @Nullable JsonNode args,
            ScriptLimits limits) {
        return new ScriptJob(
                "test",
                ScriptEnvironment.of(circle, "test"),
                caller,
                EnumSet.allOf(Capability.class),
                new ScriptTask.Play(source),
                args == null ? null : Json.write(args),
                limits);
    }

    static ScriptJob job(String source) {
        return job(source, null, WIDE);
    }

    default ScriptResult play(ScriptJob job) {
        try {
            return executor().execute(job).result();
        } catch (InterruptedException e) {
            throw new IllegalStateException("the test ran out of time", e);
        }
    }

    default ScriptResult play(String source) {
        return play(job(source));
    }

    default String output(String source) {
        return play(source).output();
    }

    default CircleException failure(ScriptJob job) {
        CircleException failure = catchThrowableOfType(CircleException.class, () -> play(job));
        assertThat(failure).as("the failure of %.100s", job.task()).isNotNull();
        return failure;
    }

    default CircleException failure(String source, ScriptLimits limits) {
        return failure(job(source, null, limits));
    }

    /// The failure of a script whose own fault it is.
    default CircleException scriptError(String source) {
        CircleException failure = failure(source, WIDE);
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.SCRIPT_ERROR);
        return failure;
    }

    default void fails(String source, ScriptLimits limits, ErrorCode code) {
        CircleException failure = failure(source, limits);
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(data(failure).path("limit").isNumber()).isTrue();
        assertThat(data(failure).path("used").asLong())
                .isGreaterThanOrEqualTo(data(failure).path("limit").asLong());
        assertThat(output("'next'")).isEqualTo("next");
    }

    static JsonNode data(CircleException failure) {
        return Objects.requireNonNull(failure.error().data());
    }

    static JsonNode json(String text) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /// A text as a JSON string.
    static String quoted(String text) {
        return Json.write(Json.text(text));
    }

    static ScriptLimits wall(long milliseconds) {
        return WIDE.withWallMs(milliseconds);
    }

    static ScriptLimits cpu(long milliseconds) {
        return WIDE.toBuilder().cpuMs(milliseconds).build();
    }

    static ScriptLimits memory(long mebibytes) {
        return WIDE.toBuilder().memoryBytes(mebibytes << 20).build();
    }

    static ScriptLimits text(long bytes, int logLines) {
        return WIDE.toBuilder()
                .sourceBytes(bytes)
                .argumentBytes(bytes)
                .outputBytes(bytes)
                .logLines(logLines)
                .build();
    }
}
