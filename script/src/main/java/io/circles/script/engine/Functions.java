package io.circles.script.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.script.Capability;
import io.circles.script.CircleModule;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptTask.Via;
import io.circles.script.host.HostException;
import io.circles.script.host.Rights;
import java.util.List;
import java.util.function.Function;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/// Runs the functions of circles' modules, each in a realm of its circle's own with the circle's
/// rights. Thread-safe; each call is confined to the thread of its run.
final class Functions implements AutoCloseable {
    /// Functions that call each other, the first one included.
    private static final int MOST_DEEP = 8;

    private final ScriptContexts contexts;
    private final WarmRealms warm = new WarmRealms();

    Functions(ScriptContexts contexts) {
        this.contexts = contexts;
    }

    /// Runs a function for a caller of the circle or for the server, and ends the run's measuring
    /// of what was needed to get there.
    ///
    /// @return the prelude's tagged text
    /// @throws CircleException [ErrorCode#NO_SUCH_FUNCTION] if there is none
    String call(RunWorld world, String function, @Nullable String argsText) {
        return inModule(
                world,
                module -> {
                    world.run().restartMeter();
                    return call(world, module, function, argsText, 1, world.job().task().via());
                });
    }

    /// Runs a function for code of the same run: `circle.call`.
    ///
    /// @return its result as JSON; null for `undefined`
    /// @throws HostException if it threw, or is not there
    @Nullable String callFrom(HostCalls.Use caller, String function, @Nullable String argsText) {
        caller.rights().require(Capability.CALL);
        int depth = caller.depth() + 1;
        if (depth > MOST_DEEP) {
            throw HostException.of(
                    "RangeError", "circle.call: functions call each other at most 8 deep");
        }
        RunWorld world = caller.world();
        world.limits().checkInput("", argsText);
        try {
            if (world.environment().isHandler(function)) {
                throw ModuleRealm.noSuchFunction(function);
            }
            String tagged =
                    inModule(
                            world,
                            module -> call(world, module, function, argsText, depth, caller.via()));
            return ResultText.of(tagged, world.limits()).json();
        } catch (CircleException e) {
            throw catchable(e);
        }
    }

    /// What the function itself did wrong can be caught; a limit cannot.
    private static RuntimeException catchable(CircleException e) {
        return switch (e.code()) {
            case SCRIPT_ERROR -> {
                JsonNode data = Json.tree(e.error().data());
                yield HostException.of(
                        data.path("name").asText("Error"), data.path("message").asText());
            }
            case NO_SUCH_FUNCTION -> HostException.of("Error", String.valueOf(e.getMessage()));
            default -> e;
        };
    }

    private static String call(
            RunWorld world,
            ModuleRealm module,
            String function,
            @Nullable String argsText,
            int depth,
            Via via) {
        Value callee = module.function(function);
        Realm realm = module.realm();
        HostCalls.Use use =
                new HostCalls.Use(world, Rights.CIRCLE, via, depth, world.run().newLoop());
        return world.run().guarded(realm, use, () -> realm.call(callee, argsText, use));
    }

    /// Loads the module, and gives the names of its functions.
    List<String> inspect(RunWorld world) {
        return inModule(world, ModuleRealm::functions);
    }

    /// Gives the realm back only after a use that went well, or failed by what the function did.
    private <T> T inModule(RunWorld world, Function<ModuleRealm, T> use) {
        ScriptEnvironment environment = world.environment();
        WarmRealms.Key key =
                new WarmRealms.Key(environment, ScriptContexts.Options.of(world.limits()));
        ModuleRealm taken = warm.take(key);
        ModuleRealm module = taken == null ? load(world, key.options()) : taken;
        boolean good = false;
        try {
            // a stop that came just when the module was loaded has closed its realm
            CircleException stopped = world.run().stopReason();
            if (stopped != null) {
                throw stopped;
            }
            if (world.limits().statements() > 0) {
                module.realm().resetLimits();
            }
            T result = use.apply(module);
            // a stop that came in the last moment has closed the realm all the same
            good = world.run().stopReason() == null;
            return result;
        } catch (CircleException e) {
            good = isOfTheFunction(e.code()) && world.run().stopReason() == null;
            throw e;
        } finally {
            if (good) {
                warm.giveBack(key, module);
            } else {
                module.close();
            }
        }
    }

    private static boolean isOfTheFunction(ErrorCode code) {
        return code == ErrorCode.SCRIPT_ERROR || code == ErrorCode.NO_SUCH_FUNCTION;
    }

    private ModuleRealm load(RunWorld world, ScriptContexts.Options options) {
        CircleModule module =
                world.environment()
                        .module()
                        .orElseThrow(
                                () ->
                                        new CircleException(
                                                ErrorCode.NO_SUCH_FUNCTION,
                                                "No such function: the circle has no module"));
        Realm realm = contexts.openModule(options, module);
        boolean loaded = false;
        try {
            ModuleRealm made =
                    world.run()
                            .guarded(
                                    realm,
                                    null,
                                    () ->
                                            ModuleRealm.load(
                                                    realm,
                                                    contexts.main(module),
                                                    contexts.whole(module)));
            loaded = true;
            return made;
        } catch (CircleException e) {
            throw ImportError.placed(e, module);
        } finally {
            if (!loaded) {
                realm.close();
            }
        }
    }

    @Override
    public void close() {
        warm.close();
    }
}
