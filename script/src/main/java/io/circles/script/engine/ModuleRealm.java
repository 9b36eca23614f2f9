package io.circles.script.engine;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.util.Comparator;
import java.util.List;
import org.graalvm.polyglot.Value;

/// A realm with a circle's module loaded in it: its functions can be called, one after the other.
/// Confined as its realm is.
final class ModuleRealm implements AutoCloseable {
    private final Realm realm;
    private final Value exports;
    private int calls;

    /// @param exports the module's namespace
    ModuleRealm(Realm realm, Value exports) {
        this.realm = realm;
        this.exports = exports;
    }

    Realm realm() {
        return realm;
    }

    /// An exported function.
    ///
    /// @throws CircleException [ErrorCode#NO_SUCH_FUNCTION]
    Value function(String name) {
        Value function = exports.hasMember(name) ? exports.getMember(name) : null;
        if (function == null || !function.canExecute()) {
            throw noSuchFunction(name);
        }
        return function;
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
                .filter(name -> exports.getMember(name).canExecute())
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
