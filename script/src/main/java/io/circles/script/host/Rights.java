package io.circles.script.host;

import io.circles.script.Capability;
import io.circles.script.ScriptEnvironment;
import java.util.EnumSet;
import java.util.Set;

/// What the code that runs may do. Immutable.
///
/// @param capabilities of whoever the code acts for
/// @param circle whether it is the circle's own code, which may do everything, use secrets and keys
///     under [ScriptEnvironment#CIRCLE_KEYS]
public record Rights(Set<Capability> capabilities, boolean circle) {
    static final String CIRCLE_KEYS = ScriptEnvironment.CIRCLE_KEYS;

    /// The rights of the circle's own functions.
    public static final Rights CIRCLE = new Rights(EnumSet.allOf(Capability.class), true);

    /// The rights of a script that somebody else wrote.
    public static Rights ofCaller(Set<Capability> capabilities) {
        return new Rights(capabilities, false);
    }

    public Rights {
        capabilities = Set.copyOf(capabilities);
    }

    /// Lets only code pass that has a capability.
    ///
    /// @throws HostException if it has not
    public void require(Capability needed) {
        if (!capabilities.contains(needed)) {
            throw HostException.refused(needed);
        }
    }

    /// Lets only code pass that may touch a key of the state: keys of the circle are its own, and
    /// an owner's ([Capability#ADMIN]).
    ///
    /// @throws HostException if it may not
    public void requireKey(String key) {
        if (key.startsWith(CIRCLE_KEYS)) {
            require(Capability.ADMIN);
        }
    }

    /// Whether listed entries include those of the circle.
    public boolean seesCircleKeys() {
        return capabilities.contains(Capability.ADMIN);
    }
}
