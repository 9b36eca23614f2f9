package io.circles.script.engine;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptResult;
import java.util.Objects;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/// A realm for one script, used once. Confined to the thread that runs the script, but for
/// [#cancel()].
final class ScriptContext implements AutoCloseable {
    // the steps of the prelude's last function
    private static final int COMPLETED = 0;
    private static final int SETTLED = 1;
    private static final int DESCRIBE = 2;

    private static final String PENDING = "p";

    private final Context context;
    private final Value prelude;

    ScriptContext(Context context, Source prelude) {
        this.context = context;
        this.prelude = context.eval(prelude);
    }

    /// Runs the script until its value has settled and no microtask is left.
    ///
    /// @param meter began when the script's own time did
    /// @throws CircleException if it threw, or its result cannot be sent
    /// @throws PolyglotException if it was cancelled, or the engine failed
    ScriptResult play(ScriptJob job, @Nullable String argsText, Source source, ThreadMeter meter) {
        ConsoleLines console = new ConsoleLines(job.limits());
        Value steps = install(job, argsText, console);
        try {
            ResultText result = ResultText.of(complete(source, steps), job.limits());
            return new ScriptResult(
                    result.output(), result.value(), console.lines(), meter.usage());
        } catch (PolyglotException e) {
            throw ScriptErrors.of(
                    e, job.limits(), meter.usage(), thrown -> describe(steps, thrown));
        }
    }

    private Value install(ScriptJob job, @Nullable String argsText, ConsoleLines console) {
        PublicKey caller = job.caller().publicKey();
        return prelude.execute(
                console,
                (double) job.limits().outputBytes(),
                job.environment().circle().hex(),
                caller == null ? null : caller.hex(),
                argsText);
    }

    private String complete(Source source, Value steps) {
        Value completion = context.eval(source);
        String text = steps.execute(COMPLETED, completion).asString();
        String settled = text.equals(PENDING) ? steps.execute(SETTLED).asString() : text;
        if (settled.equals(PENDING)) {
            throw new CircleException(
                    ErrorCode.SCRIPT_ERROR,
                    "Execution Error: the script's promise can never settle: nothing is left to do");
        }
        return settled;
    }

    private static String describe(Value steps, @Nullable Value thrown) {
        return Objects.requireNonNull(steps.execute(DESCRIBE, thrown).asString());
    }

    /// Ends the script from another thread. Returns when the script has ended, which may be never.
    void cancel() {
        context.close(true);
    }

    /// Closes the context, whatever still runs in it.
    @Override
    public void close() {
        context.close(true);
    }
}
