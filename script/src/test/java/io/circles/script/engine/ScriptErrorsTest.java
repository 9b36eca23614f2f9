package io.circles.script.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptLimits;
import io.circles.script.contract.Plays;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.junit.jupiter.api.Test;

class ScriptErrorsTest {
    private static final CircleApi.Usage USED = new CircleApi.Usage(1, 1, 1);

    private static PolyglotException thrown() {
        try (Context context = Context.create("js")) {
            return catchThrowableOfType(
                    PolyglotException.class,
                    () ->
                            context.eval(
                                    "js", "function SECRET() { throw Error('SECRET') } SECRET()"));
        }
    }

    @Test
    void anErrorThatCannotBeDescribedIsTheScriptsAllTheSame() {
        PolyglotException again = thrown();

        CircleException failure =
                ScriptErrors.of(
                        thrown(),
                        ScriptLimits.DEFAULTS,
                        USED,
                        _ -> {
                            throw again;
                        });

        assertThat(failure.code()).isEqualTo(ErrorCode.SCRIPT_ERROR);
        assertThat(failure)
                .hasMessage("Execution Error: something that cannot be described")
                .hasNoCause();
    }

    @Test
    void aFailureOfTheEngineHasNoTextOfTheScript() {
        ScriptRun run = new ScriptRun(Plays.job("1"));
        run.fail(new IllegalStateException(thrown()));

        RuntimeException failure = catchThrowableOfType(RuntimeException.class, run::awaitOutcome);

        StringWriter logged = new StringWriter();
        failure.printStackTrace(new PrintWriter(logged));
        assertThat(logged.toString())
                .startsWith("java.lang.IllegalStateException: the engine failed")
                .contains("ScriptErrorsTest.thrown")
                .doesNotContain("SECRET");
    }
}
