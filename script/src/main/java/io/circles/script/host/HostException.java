package io.circles.script.host;

import io.circles.script.Capability;
import org.jspecify.annotations.Nullable;

/// What went wrong in a function that the host gives to scripts: an error that the script can
/// catch. Its text is seen by whoever wrote the script.
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String name;
    private final transient @Nullable Capability needs;

    private HostException(String name, String message, @Nullable Capability needs) {
        super(message, null, false, false);
        this.name = name;
        this.needs = needs;
    }

    /// A failure with the name of an error class, such as `Error` or `TypeError`.
    public static HostException of(String name, String message) {
        return new HostException(name, message, null);
    }

    /// An argument that the function does not take.
    public static HostException badArgument(String message) {
        return of("TypeError", message);
    }

    /// The code that runs lacks a right.
    public static HostException refused(Capability needs) {
        return new HostException(
                "AuthorizationError",
                "Insufficient authorization: needs the capability " + needs.word(),
                needs);
    }

    /// The JavaScript error's `name`.
    public String name() {
        return name;
    }

    /// The capability that was missing, if that is what went wrong.
    public @Nullable Capability needs() {
        return needs;
    }
}
