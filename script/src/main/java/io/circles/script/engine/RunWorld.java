package io.circles.script.engine;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.script.Capability;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptResult;
import io.circles.script.ScriptTask;
import io.circles.script.host.ConsoleLines;
import io.circles.script.host.Effects;
import io.circles.script.host.SignRequests;
import io.circles.script.host.StateAccess;
import io.circles.script.state.StateView;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All that one run has in hand, whichever of its realms is running. Confined to the run's thread.
final class RunWorld implements AutoCloseable {
    private final ScriptRun run;
    private final Shared shared;
    private final StateView view;
    private final StateAccess state;
    private final Effects effects;
    private final SignRequests signRequests;
    private final ConsoleLines console;
    private final ConsoleLines functionConsole;
    private @Nullable HttpCalls http;

    /// What all runs of a process have in common.
    ///
    /// @param sending is told of each job before a request of its leaves for another machine
    record Shared(Functions functions, HostLibrary library, Consumer<ScriptJob> sending) {}

    /// @param view closed with this
    RunWorld(ScriptRun run, Shared shared, StateView view) {
        this.run = run;
        this.shared = shared;
        this.view = view;
        this.state = new StateAccess(view, limits());
        this.effects = new Effects(limits());
        this.signRequests = new SignRequests(effects);
        this.console = new ConsoleLines(limits(), environment().secrets().values());
        this.functionConsole = new ConsoleLines(limits(), environment().secrets().values());
    }

    ScriptRun run() {
        return run;
    }

    ScriptJob job() {
        return run.job();
    }

    ScriptEnvironment environment() {
        return job().environment();
    }

    ScriptLimits limits() {
        return job().limits();
    }

    StateAccess state() {
        return state;
    }

    Effects effects() {
        return effects;
    }

    SignRequests signRequests() {
        return signRequests;
    }

    /// Where that code writes. What functions write in a play is not for whoever plays, unless that
    /// is an operator.
    ConsoleLines console(HostCalls.Use use) {
        boolean foreign =
                use.depth() > 0
                        && job().task() instanceof ScriptTask.Play
                        && !job().capabilities().contains(Capability.ADMIN);
        return foreign ? functionConsole : console;
    }

    HostLibrary library() {
        return shared.library;
    }

    HttpCalls http() {
        if (http == null) {
            http = new HttpCalls(this);
        }
        return http;
    }

    /// Says that a request is to leave for another machine, and waits until it may.
    ///
    /// @throws RuntimeException if it may not
    void asksToSend() {
        shared.sending.accept(job());
    }

    /// Notes that a request is about to leave for another machine.
    void sendsHttp() {
        run.sendsHttp();
    }

    /// Ends the run with that failure.
    void stop(CircleException reason) {
        run.stop(reason);
    }

    /// Calls a function of the circle for the code that uses a realm; what the function wrote is
    /// taken back if it throws.
    ///
    /// @return its result as JSON text; null for `undefined`
    @Nullable String call(HostCalls.Use caller, String function, @Nullable String argsText) {
        StateView.Savepoint before = view.savepoint();
        int effectsBefore = effects.size();
        boolean done = false;
        try {
            String result = shared.functions.callFrom(caller, function, argsText);
            done = true;
            return result;
        } finally {
            if (!done) {
                view.rollbackTo(before);
                effects.rollbackTo(effectsBefore);
            }
        }
    }

    /// What the run came to.
    ScriptOutcome outcome(ResultText text, CircleApi.Usage usage) {
        if (http != null) {
            http.close();
        }
        ScriptResult result =
                new ScriptResult(
                        text.output(),
                        text.value(),
                        console.lines(),
                        functionConsole.lines(),
                        usage);
        return new ScriptOutcome(result, view.transaction(), effects.all(), run.sentHttp());
    }

    @Override
    public void close() {
        if (http != null) {
            http.close();
        }
        view.close();
    }
}
