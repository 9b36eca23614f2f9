package io.circles.script.state;

/// A state, or the database that has it, cannot be used as was asked for. The message says why,
/// for who runs the server; it has no secrets.
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param message what is wrong, to be read after the name of the database or file
    public StateException(String message) {
        super(message);
    }

    StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
