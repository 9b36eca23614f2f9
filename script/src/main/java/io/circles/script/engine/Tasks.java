package io.circles.script.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.circles.protocol.Json;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptTask;
import io.circles.script.host.Rights;
import io.circles.script.state.StateReader;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Does what jobs say: plays a script in a fresh realm, or calls a function of the circle's module
/// in a warm one. Thread-safe; each run is confined to its thread.
final class Tasks implements AutoCloseable {
    private final ScriptContexts contexts = new ScriptContexts();
    private final Functions functions = new Functions(contexts);
    private final HostLibrary library = new HostLibrary();
    private final StateReader states = new StateReader();
    private final RealmStock stock;

    private final RunWorld.Shared shared;
    private volatile boolean prepared;

    /// @param idle whether nothing waits for a processor
    /// @param sending is told of each job before a request of its leaves for another machine
    Tasks(BooleanSupplier idle, Consumer<ScriptJob> sending) {
        this.shared = new RunWorld.Shared(functions, library, sending);
        this.stock = new RealmStock(contexts, idle);
        stock.start();
    }

    /// Does once what the first play of a process needs and no other: loading the engine's classes
    /// is nobody's use of a limit. Later calls return at once, those beside the first wait for it.
    void prepare() {
        if (!prepared) {
            synchronized (this) {
                if (!prepared) {
                    contexts.tryOut();
                    prepared = true;
                }
            }
        }
    }

    /// Runs a job to its end, on this thread.
    ///
    /// @throws io.circles.protocol.CircleException if it has no result
    ScriptOutcome run(ScriptRun run) {
        try (RunWorld world =
                new RunWorld(run, shared, states.open(run.job().environment().state()))) {
            return switch (run.job().task()) {
                case ScriptTask.Play play -> play(world, play.source());
                case ScriptTask.Call call -> call(world, call.function(), false);
                case ScriptTask.Handle handle -> call(world, handle.function(), true);
                case ScriptTask.Inspect _ -> inspect(world);
            };
        }
    }

    private ScriptOutcome play(RunWorld world, String script) {
        ScriptRun run = world.run();
        Rights rights = Rights.ofCaller(run.job().capabilities());
        try (Realm realm = stock.take(ScriptContexts.Options.of(world.limits()))) {
            HostCalls.Use use =
                    new HostCalls.Use(world, rights, ScriptTask.Via.PLAY, 0, run.newLoop());
            run.restartMeter();
            String text =
                    run.guarded(
                            realm,
                            use,
                            () -> realm.play(contexts.source(script), run.job().args(), use));
            return outcome(world, text);
        }
    }

    private ScriptOutcome call(RunWorld world, String function, boolean byServer) {
        if (!byServer && world.environment().isHandler(function)) {
            throw ModuleRealm.noSuchFunction(function);
        }
        return outcome(world, functions.call(world, function, world.job().args()));
    }

    private ScriptOutcome inspect(RunWorld world) {
        List<String> names = functions.inspect(world);
        ArrayNode all = Json.array();
        names.forEach(all::add);
        return world.outcome(new ResultText(Json.write(all), all), world.run().usage());
    }

    private static ScriptOutcome outcome(RunWorld world, String tagged) {
        ScriptLimits limits = world.limits();
        return world.outcome(ResultText.of(tagged, limits), world.run().usage());
    }

    String description() {
        return contexts.description();
    }

    /// Gives back what needs no script to end.
    @Override
    public void close() {
        stock.close();
        functions.close();
        library.close();
        states.close();
    }

    /// Closes the engine. Only when no script runs: closing waits for scripts, and while it waits
    /// the JVM cannot exit.
    void closeEngine() {
        contexts.close();
    }
}
