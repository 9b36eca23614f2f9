package io.circles.script;

import io.circles.protocol.crypto.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What all runs in a circle share, until its configuration or its module changes. Immutable; holds
/// secrets, so it is never logged.
///
/// @param circle the circle's key
/// @param name the circle's name in the configuration
/// @param module the circle's own functions, if it has any
/// @param handlers exports that the server alone may run, besides those that
///     [CircleModule#isHandler] names
/// @param state JDBC URL of the circle's state, such as `jdbc:sqlite:data/shop/state.db`; a
///     database that is not there yet is empty. Without one the circle has no state
/// @param httpAllow hosts to which scripts may send requests, as `host`, `host:port` or with `*`
///     for any run of characters
/// @param secrets what the circle's own functions may know, by name
public record ScriptEnvironment(
        PublicKey circle,
        String name,
        Optional<CircleModule> module,
        Set<String> handlers,
        Optional<String> state,
        List<String> httpAllow,
        Map<String, String> secrets) {
    /// Keys of state that begin with this belong to the circle's own functions and its operators.
    public static final String CIRCLE_KEYS = "circle/";

    public ScriptEnvironment {
        handlers = Set.copyOf(handlers);
        httpAllow = List.copyOf(httpAllow);
        secrets = Map.copyOf(secrets);
    }

    /// A circle that has only its key and its name.
    public static ScriptEnvironment of(PublicKey circle, String name) {
        return new ScriptEnvironment(
                circle, name, Optional.empty(), Set.of(), Optional.empty(), List.of(), Map.of());
    }

    /// The same with another module.
    public ScriptEnvironment withModule(CircleModule newModule) {
        return new ScriptEnvironment(
                circle, name, Optional.of(newModule), handlers, state, httpAllow, secrets);
    }

    /// The same with its state in another place.
    ///
    /// @param url a JDBC URL
    public ScriptEnvironment withState(String url) {
        return new ScriptEnvironment(
                circle, name, module, handlers, Optional.of(url), httpAllow, secrets);
    }

    /// Whether an export is run by the server only.
    public boolean isHandler(String export) {
        return CircleModule.isHandler(export) || handlers.contains(export);
    }

    /// Quick, because environments are looked up for each run.
    @Override
    public int hashCode() {
        return 31 * circle.hashCode() + module.map(CircleModule::hash).hashCode();
    }

    /// Names the circle only: the rest may be secret.
    @Override
    public String toString() {
        return "ScriptEnvironment[" + name + "]";
    }
}
