package io.circles.script.engine;

import java.util.stream.StreamSupport;
import org.graalvm.polyglot.PolyglotException;
import org.jspecify.annotations.Nullable;

/// The failure of the engine itself, as far as it may be logged: text and function names of the
/// script are left out.
final class EngineFailure {
    private EngineFailure() {}

    /// An exception with the host's frames only where the engine's own message or frames might be
    /// the script's.
    static RuntimeException of(@Nullable Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof PolyglotException ofGuest) {
                return withoutScript(ofGuest);
            }
        }
        return new IllegalStateException("the engine failed", failure);
    }

    private static RuntimeException withoutScript(PolyglotException e) {
        RuntimeException plain = new IllegalStateException("the engine failed");
        plain.setStackTrace(
                StreamSupport.stream(e.getPolyglotStackTrace().spliterator(), false)
                        .filter(PolyglotException.StackFrame::isHostFrame)
                        .map(PolyglotException.StackFrame::toHostFrame)
                        .toArray(StackTraceElement[]::new));
        return plain;
    }
}
