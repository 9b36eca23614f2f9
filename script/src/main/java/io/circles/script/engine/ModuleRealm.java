package io.circles.script.engine;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.util.Comparator;
import java.util.List;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/// A realm with a circle's module loaded in it: its functions can be called, one after the other.
/// Confined as its realm is.
final class ModuleRealm implements AutoCloseable {
    private final Realm realm;
    private final Value exports;
    private int calls;

    private ModuleRealm(Realm realm, Value exports) {
        this.realm = realm;
        this.exports = exports;
    }

    /// Loads a module, its awaits included.
    ///
    /// @param whole see [ScriptContexts#whole(io.circles.script.CircleModule)]
    /// @throws CircleException [ErrorCode#SCRIPT_ERROR] if its top level awaits for ever
    /// @throws PolyglotException if it throws
    static ModuleRealm load(Realm realm, Source main, Source whole) {
        ModuleRealm module = new ModuleRealm(realm, realm.eval(main));
        requireLoaded(realm.eval(whole));
        return module;
    }

    private static void requireLoaded(Value whole) {
        try {
            var _ = whole.getMember(ScriptContexts.LOADED);
        } catch (PolyglotException e) {
            if (!e.isGuestException()
                    || e.isCancelled()
                    || e.isInterrupted()
                    || e.isResourceExhausted()) {
                throw e;
            }
            String why = "the module's top level awaits what nothing can settle";
            throw new CircleException(ErrorCode.SCRIPT_ERROR, "Execution Error: " + why)
                    .with("name", "Error")
                    .with("message", why);
        }
    }

    Realm realm() {
        return realm;
    }

    /// An exported function.
    ///
    /// @throws CircleException [ErrorCode#NO_SUCH_FUNCTION]
    Value function(String name) {
        Value function = member(name);
        if (function == null || !function.canExecute()) {
            throw noSuchFunction(name);
        }
        return function;
    }

    private boolean isFunction(String name) {
        Value member = member(name);
        return member != null && member.canExecute();
    }

    private @Nullable Value member(String name) {
        return exports.hasMember(name) ? exports.getMember(name) : null;
    }

    /// What callers are told of a function that they cannot call, whether or not it is there.
    static CircleException noSuchFunction(String name) {
        return new CircleException(
                        ErrorCode.NO_SUCH_FUNCTION,
                        "No such function: the circle's module exports none of that name")
                .with("function", name);
    }

    /// Names of all exported functions.
    List<String> functions() {
        return exports.getMemberKeys().stream()
                .filter(this::isFunction)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /// Counts a call.
    ///
    /// @return how many there were
    int called() {
        return ++calls;
    }

    @Override
    public void close() {
        realm.close();
    }
}
