package io.circles.script;

import java.util.Locale;

/// What a job is to do.
public sealed interface ScriptTask {

    /// Runs a caller's script in a fresh context with the job's own capabilities.
    ///
    /// @param source JavaScript, evaluated as a script and not as a module
    record Play(String source) implements ScriptTask {}

    /// Calls a function of the circle's module with the circle's rights. Handlers are not found.
    record Call(String function) implements ScriptTask {}

    /// Runs a handler of the circle's module with the circle's rights, for the server.
    ///
    /// @param via what happened
    record Handle(String function, Via via) implements ScriptTask {}

    /// Loads the circle's module without any rights, and gives the sorted names of its exported
    /// functions, handlers included, as the result's value: an array of strings.
    record Inspect() implements ScriptTask {}

    /// How code came to run: the script's `caller.via`.
    enum Via {
        /// A caller's script, or a function that such a script called.
        PLAY,
        /// A caller called the function.
        CALL,
        /// The server started.
        START,
        /// A webhook's event.
        WEBHOOK,
        /// The outcome of a signature request.
        SIGNED;

        /// As the script sees it: lower-case.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How the task's code came to run.
    default Via via() {
        return switch (this) {
            case Play _ -> Via.PLAY;
            case Call _ -> Via.CALL;
            case Handle handle -> handle.via;
            case Inspect _ -> Via.START;
        };
    }

    /// Whether it needs the circle's module.
    default boolean needsModule() {
        return switch (this) {
            case Play _ -> false;
            case Call _, Handle _, Inspect _ -> true;
        };
    }
}
