package io.circles.script.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.ScriptTask.Via;
import io.circles.script.SignatureRequest;
import io.circles.script.host.HostException;
import io.circles.script.host.Rights;
import io.circles.script.host.SignRequests;
import io.circles.script.state.StateView;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one object of the host that the prelude has: a function whose first argument says what is
/// wanted. Takes and gives only texts, numbers, truth values and null; never throws into the
/// script: a failure is [#FAILED], and the prelude then asks for it. Confined to the thread of the
/// run that uses its realm.
final class HostCalls implements ProxyExecutable {
    /// What no function answers otherwise.
    static final int FAILED = -1;

    private static final Logger log = LoggerFactory.getLogger(HostCalls.class);

    /// What failed when the stack ended: whatever the script makes of it, the run has no result.
    private static final String OVERFLOW =
            Json.write(
                    Json.object()
                            .put("name", "RangeError")
                            .put("message", ScriptErrors.STACK_OVERFLOW));

    /// Frames of an empty method that have to fit on the stack: more than what takes locks needs.
    private static final int ROOM = 128;

    private @Nullable Use use;
    private boolean overflowed;
    private HostException failure = HostException.of("Error", "nothing failed");

    /// A run's use of one realm.
    ///
    /// @param rights of the code in the realm
    /// @param via how that code came to run
    /// @param depth how many functions called each other to come here
    record Use(RunWorld world, Rights rights, Via via, int depth, EventLoop loop) {}

    /// From now on calls are made for that use; null for none.
    void use(@Nullable Use next) {
        this.use = next;
        this.overflowed = false;
    }

    /// Whether the stack ended while the host did something, which may then be half done.
    boolean hasOverflowed() {
        return overflowed;
    }

    @Override
    public @Nullable Object execute(Value... arguments) {
        String what = arguments[0].asString();
        if (what.equals("failure")) {
            return overflowed ? OVERFLOW : describe(failure);
        }
        Use current = use;
        try {
            if (current == null) {
                throw HostException.of(
                        "Error", "only code of a run can do this, not the top level of a module");
            }
            var _ = findRoom(ROOM);
            return answer(current, what, new Arguments(Arrays.asList(arguments)));
        } catch (HostException e) {
            failure = e;
        } catch (CircleException e) {
            // a limit: the run ends, whatever the script makes of it
            Objects.requireNonNull(current).world().stop(e);
            failure = HostException.of("Error", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            failed(what, e);
        } catch (StackOverflowError _) {
            // there may be no stack left to end the run at once
            overflowed = true;
        }
        return FAILED;
    }

    /// Lets the stack end here, where nothing is held yet, and not where a lock is being taken:
    /// workers run without the reserved pages that would have the virtual machine look for that.
    private static int findRoom(int frames) {
        return frames == 0 ? 0 : 1 + findRoom(frames - 1);
    }

    /// @throws PolyglotException that same one, if the realm is being closed: a script that went on
    ///     now would not be told again
    private void failed(String what, RuntimeException e) {
        if (e instanceof PolyglotException ended && ended.isCancelled()) {
            throw ended;
        }
        if (e instanceof PolyglotException ended && ended.isResourceExhausted()) {
            overflowed = true;
            return;
        }
        log.atError().addKeyValue("function", what).setCause(e).log("a host function failed");
        failure = HostException.of("Error", "internal error");
    }

    private static String describe(HostException e) {
        Capability needs = e.needs();
        ObjectNode json =
                Json.object().put("name", e.name()).put("message", String.valueOf(e.getMessage()));
        return Json.write(needs == null ? json : json.put("needs", needs.word()));
    }

    /// The arguments after the first.
    record Arguments(List<Value> all) {
        String text(int index) {
            return all.get(index + 1).asString();
        }

        @Nullable String textOrNull(int index) {
            Value value = all.get(index + 1);
            return value.isNull() ? null : value.asString();
        }

        long number(int index) {
            Value value = all.get(index + 1);
            return value.fitsInLong() ? value.asLong() : (long) value.asDouble();
        }
    }

    private @Nullable Object answer(Use current, String what, Arguments arguments) {
        RunWorld world = current.world();
        Rights rights = current.rights();
        return switch (what) {
            case "log" -> world.console(current).write(arguments.text(0), arguments.text(1));
            case "get" -> world.state().get(rights, arguments.text(0));
            case "set" -> {
                world.state().set(rights, arguments.text(0), arguments.text(1));
                yield null;
            }
            case "delete" -> world.state().delete(rights, arguments.text(0));
            case "list" ->
                    listed(
                            world.state()
                                    .list(
                                            rights,
                                            arguments.text(0),
                                            arguments.textOrNull(1),
                                            (int) Math.min(arguments.number(2), 1 << 20)));
            case "publish" -> {
                world.effects().publish(rights, arguments.text(0), arguments.text(1));
                yield null;
            }
            case "sign" -> sign(current, arguments);
            case "cancelSign" -> {
                world.signRequests().cancel(rights, arguments.text(0));
                yield null;
            }
            case "call" -> world.call(current, arguments.text(0), arguments.textOrNull(1));
            case "timer" -> current.loop().addTimer(arguments.number(0), arguments.number(1));
            case "untimer" -> {
                current.loop().removeTimer(arguments.number(0));
                yield null;
            }
            case "circle" -> circle(world);
            case "caller" -> caller(world, current.via());
            case "secret" -> secret(current, arguments.text(0));
            default -> world.library().answer(current, what, arguments);
        };
    }

    private static String sign(Use current, Arguments arguments) {
        RunWorld world = current.world();
        if (world.job().caller().publicKey() == null && !current.rights().circle()) {
            throw HostException.of(
                    "AuthorizationError",
                    "Insufficient authorization: who asks for a signature has to have proven a key");
        }
        // content type, digest, milliseconds
        String[] said = arguments.text(4).split("\n", -1);
        SignRequests.Ask ask =
                new SignRequests.Ask(
                        Base64.getEncoder().encodeToString(HostLibrary.bytes(arguments.text(2))),
                        said[0],
                        arguments.text(3),
                        said[1],
                        said[2].isEmpty()
                                ? SignatureRequest.DEFAULT_TTL.toMillis()
                                : Long.parseLong(said[2]));
        List<String> keys = List.of(arguments.text(0).split("\n", -1));
        int threshold = Math.clamp(arguments.number(1), 0, Integer.MAX_VALUE);
        String id = world.library().newId();
        world.signRequests().request(current.rights(), id, keys, threshold, ask);
        return id;
    }

    private static String listed(List<StateView.Entry> entries) {
        StringBuilder json = new StringBuilder("[");
        for (StateView.Entry entry : entries) {
            json.append(json.length() == 1 ? "" : ",")
                    .append("{\"key\":")
                    .append(Json.write(Json.text(entry.key())))
                    .append(",\"value\":")
                    .append(entry.value())
                    .append('}');
        }
        return json.append(']').toString();
    }

    private static String circle(RunWorld world) {
        return Json.write(
                Json.object()
                        .put("publicKey", world.environment().circle().hex())
                        .put("name", world.environment().name()));
    }

    private static String caller(RunWorld world, Via via) {
        Caller caller = world.job().caller();
        PublicKey key = caller.publicKey();
        ObjectNode json =
                Json.object()
                        .put("publicKey", key == null ? null : key.hex())
                        .put("kind", caller.kind().word())
                        .put("via", via.word());
        ArrayNode roles = json.putArray("roles");
        caller.roles().forEach(roles::add);
        ArrayNode can = json.putArray("capabilities");
        world.job().capabilities().stream().sorted().map(Capability::word).forEach(can::add);
        return Json.write(json);
    }

    private static @Nullable String secret(Use current, String name) {
        if (!current.rights().circle()) {
            throw HostException.of(
                    "AuthorizationError",
                    "Insufficient authorization: secrets are for the circle's own functions");
        }
        return current.world().environment().secrets().get(name);
    }
}
