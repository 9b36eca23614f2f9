package io.circles.server.circle;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcError;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.CircleModule;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptResult;
import io.circles.script.ScriptRunner;
import io.circles.script.ScriptTask;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The scripts of one circle: the module that its functions come from at the moment, and the jobs
/// that run in it.
///
/// Thread-safe: what is loaded is replaced as a whole; a job keeps what was loaded when it was
/// made. The lock lets one module be loaded at a time.
public final class CircleScripts {
    private static final String ON_START = "onStart";
    private static final String ON_SIGNED = "onSigned";
    private static final Set<Capability> ALL = EnumSet.allOf(Capability.class);

    private final ScriptRunner runner;
    private final ScriptLimits limits;
    private final FunctionLogs logs;

    /// Begins the ids of all runs: no other server has the same.
    private final String runs = UUID.randomUUID() + "-";

    private final AtomicLong lastRun = new AtomicLong();

    private final Object lock = new Object();
    private volatile Loaded loaded;

    /// @param exports functions of the environment's module
    private record Loaded(ScriptEnvironment environment, Set<String> exports) {}

    /// Scripts of a circle that has no module yet.
    ///
    /// @param runner the circle's own
    /// @param limits what one run may use
    public CircleScripts(ScriptRunner runner, ScriptEnvironment environment, ScriptLimits limits) {
        this.runner = runner;
        this.limits = limits;
        this.logs = new FunctionLogs(environment.name());
        this.loaded = new Loaded(environment, Set.of());
    }

    /// Runs the module's `onStart`, if it exports one.
    ///
    /// @throws CircleException if it fails; then nothing came of it
    public void onStart() throws InterruptedException {
        if (loaded.exports.contains(ON_START)) {
            try {
                handle(ON_START, ScriptTask.Via.START);
            } catch (CircleException e) {
                throw prefixed(ON_START + ": ", e);
            }
        }
    }

    /// Takes another module for all runs that begin from now on; those in flight end with the old
    /// one. `onStart` is not run again.
    ///
    /// @throws CircleException if it cannot be loaded, with file, line and column in message and
    ///     data; then the old one stays
    public void reload(CircleModule module) throws InterruptedException {
        synchronized (lock) {
            loaded = load(loaded.environment.withModule(module), module);
        }
    }

    private Loaded load(ScriptEnvironment environment, CircleModule module)
            throws InterruptedException {
        ScriptJob inspection =
                job(environment, circle(), Set.of(), new ScriptTask.Inspect(), null, limits);
        try {
            Set<String> exports =
                    runner.run(inspection, null)
                            .value()
                            .valueStream()
                            .map(JsonNode::asText)
                            .collect(Collectors.toUnmodifiableSet());
            return new Loaded(environment, exports);
        } catch (CircleException e) {
            throw e.code() == ErrorCode.SCRIPT_ERROR ? placed(e, module) : e;
        }
    }

    /// Says in the message where in the module it is.
    private static CircleException placed(CircleException e, CircleModule module) {
        JsonNode data = e.error().data();
        if (data == null || !data.has("line")) {
            return e;
        }
        String place =
                "%s:%d:%d: "
                        .formatted(
                                data.path("file").asText(module.main()),
                                data.path("line").asInt(),
                                data.path("column").asInt());
        return prefixed(place, e);
    }

    private static CircleException prefixed(String place, CircleException e) {
        return new CircleException(
                new RpcError(e.error().code(), place + e.getMessage(), e.error().data()));
    }

    private void handle(String function, ScriptTask.Via via) throws InterruptedException {
        ScriptJob job =
                job(
                        loaded.environment,
                        circle(),
                        ALL,
                        new ScriptTask.Handle(function, via),
                        null,
                        limits);
        logs.write(job, runner.run(job, null).logs());
    }

    /// Runs the circle's `onSigned`, if it exports one and it was not run for that yet.
    ///
    /// @param event its argument
    /// @param occasion see [ScriptRunner#runOnce]
    /// @throws CircleException if it fails; then nothing came of it
    public void signed(JsonNode event, String occasion) throws InterruptedException {
        var _ = handleOnce(ON_SIGNED, ScriptTask.Via.SIGNED, circle(), event, occasion);
    }

    /// Runs a function of the circle for a webhook's event, if it exports that and it was not run
    /// for that yet.
    ///
    /// @param event its argument
    /// @param occasion see [ScriptRunner#runOnce]
    /// @return whether the circle exports the function
    /// @throws CircleException if it fails; then nothing came of it
    public boolean webhook(String function, JsonNode event, String occasion)
            throws InterruptedException {
        return handleOnce(function, ScriptTask.Via.WEBHOOK, Caller.webhook(), event, occasion);
    }

    private boolean handleOnce(
            String function, ScriptTask.Via via, Caller caller, JsonNode event, String occasion)
            throws InterruptedException {
        Loaded now = loaded;
        if (!now.exports.contains(function)) {
            return false;
        }
        ScriptTask task = new ScriptTask.Handle(function, via);
        ScriptJob job = job(now.environment, caller, ALL, task, event, limits);
        runner.runOnce(job, occasion).ifPresent(result -> logs.write(job, result.logs()));
        return true;
    }

    /// Whether the circle's module exports a function, be it a handler or not.
    public boolean exports(String function) {
        return loaded.exports.contains(function);
    }

    private Caller circle() {
        return Caller.circle(loaded.environment.circle());
    }

    /// A caller's script.
    ScriptJob play(Caller caller, Set<Capability> rights, Request request) {
        ScriptTask play = new ScriptTask.Play(request.code);
        return job(loaded.environment, caller, rights, play, request.args, request.within(limits));
    }

    /// A call of one of the circle's functions.
    ///
    /// @throws CircleException [ErrorCode#NO_SUCH_FUNCTION] when there is none of that name, or it
    ///     is a handler
    ScriptJob call(Caller caller, Set<Capability> rights, Request request) {
        Loaded now = loaded;
        if (!now.exports.contains(request.code) || now.environment.isHandler(request.code)) {
            throw new CircleException(
                            ErrorCode.NO_SUCH_FUNCTION, "No such function: " + request.code)
                    .with("function", request.code);
        }
        ScriptTask call = new ScriptTask.Call(request.code);
        return job(now.environment, caller, rights, call, request.args, request.within(limits));
    }

    /// Runs a job, and writes what a function of the circle has logged to the server's log.
    ScriptResult run(ScriptJob job, @Nullable String idempotencyKey) throws InterruptedException {
        ScriptResult result = runner.run(job, idempotencyKey);
        logs.write(
                job, job.task() instanceof ScriptTask.Call ? result.logs() : result.functionLogs());
        return result;
    }

    private ScriptJob job(
            ScriptEnvironment environment,
            Caller caller,
            Set<Capability> rights,
            ScriptTask task,
            @Nullable JsonNode args,
            ScriptLimits limits) {
        return new ScriptJob(
                runs + lastRun.incrementAndGet(),
                environment,
                caller,
                rights,
                task,
                args == null ? null : Json.write(args),
                limits);
    }

    /// What a caller asks for.
    ///
    /// @param code a script, or the name of a function
    /// @param timeoutMs how long it may run, where that is shorter than the limit
    record Request(String code, @Nullable JsonNode args, Optional<Long> timeoutMs) {
        ScriptLimits within(ScriptLimits limits) {
            return timeoutMs.map(limits::withWallMs).orElse(limits);
        }
    }
}
