package io.circles.script.engine;

import io.circles.script.host.HostException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The host's functions that are the same for every run of a process: cryptography, codecs, HTTP.
/// Thread-safe.
final class HostLibrary implements AutoCloseable {

    /// Answers a call of the prelude.
    ///
    /// @param what the function's name in the prelude
    @Nullable Object answer(HostCalls.Use use, String what, HostCalls.Arguments arguments) {
        return switch (what) {
            case "uuid" -> UUID.randomUUID().toString();
            default -> throw HostException.of("Error", "no host function " + what);
        };
    }

    @Override
    public void close() {}
}
