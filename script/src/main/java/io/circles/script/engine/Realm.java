package io.circles.script.engine;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.util.Objects;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/// A JavaScript context with the prelude in it. One run after the other may use it, each through a
/// [HostCalls.Use] of its own. Confined to the thread of the run that uses it, but for [#cancel()].
final class Realm implements AutoCloseable {
    // the steps of the prelude's function
    private static final int BEGIN = 0;
    private static final int COMPLETED = 1;
    private static final int SETTLED = 2;
    private static final int DESCRIBE = 3;
    private static final int CALL = 4;
    private static final int ARRIVED = 5;

    private static final String PENDING = "p";

    private final Context context;
    private final HostCalls host = new HostCalls();
    private final Value steps;

    /// @param prelude evaluates to a function that takes the host's functions
    Realm(Context context, Source prelude) {
        this.context = context;
        this.steps = context.eval(prelude).execute(host);
    }

    /// Lets a run use this realm.
    ///
    /// @param use null when the host's functions cannot be used
    void begin(HostCalls.@Nullable Use use) {
        host.use(use);
    }

    /// Whether the stack ended while the host did something for the run.
    boolean hasOverflowed() {
        return host.hasOverflowed();
    }

    /// Nothing that is left in here can reach what the run could.
    void end() {
        host.use(null);
    }

    /// Evaluates a module or a script.
    Value eval(Source source) {
        return context.eval(source);
    }

    /// Plays a script with the global `args`.
    ///
    /// @param argsText as JSON, null for `undefined`
    /// @return its settled value as the prelude's tagged text
    String play(Source source, @Nullable String argsText, HostCalls.Use use) {
        steps.executeVoid(BEGIN, argsText, limit(use));
        return settled(steps.execute(COMPLETED, context.eval(source)).asString(), use);
    }

    /// Plays a script without a run: nothing of the host is there.
    void tryOut(Source source) {
        steps.executeVoid(BEGIN, "[1]", (double) (1 << 20));
        steps.execute(COMPLETED, context.eval(source));
        steps.execute(SETTLED);
    }

    /// Calls a function with one argument.
    ///
    /// @param argsText as JSON, null for `undefined`
    /// @return its settled value as the prelude's tagged text
    String call(Value function, @Nullable String argsText, HostCalls.Use use) {
        return settled(steps.execute(CALL, function, argsText, limit(use)).asString(), use);
    }

    private static double limit(HostCalls.Use use) {
        return (double) use.world().limits().outputBytes();
    }

    private String settled(String first, HostCalls.Use use) {
        String text = first.equals(PENDING) ? steps.execute(SETTLED).asString() : first;
        while (text.equals(PENDING)) {
            EventLoop.Event event = use.loop().next();
            if (event == null) {
                throw new CircleException(
                        ErrorCode.SCRIPT_ERROR,
                        "Execution Error: the script's promise can never settle: nothing is left to"
                                + " do");
            }
            steps.executeVoid(ARRIVED, (double) event.id(), event.failed(), event.payload());
            text = steps.execute(SETTLED).asString();
        }
        return text;
    }

    /// What was thrown, in the prelude's words.
    String describe(@Nullable Value thrown) {
        return Objects.requireNonNull(steps.execute(DESCRIBE, thrown).asString());
    }

    /// Begins to count statements anew.
    void resetLimits() {
        context.resetLimits();
    }

    /// Ends what runs in here, from another thread. Returns when it has ended, which may be never.
    void cancel() {
        context.close(true);
    }

    /// Closes the context, whatever still runs in it.
    @Override
    public void close() {
        context.close(true);
    }
}
