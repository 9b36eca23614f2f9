package io.circles.server.transcript;

import java.time.Duration;

/// The client's end of a connection, as a transcript needs it.
public interface Conversation extends AutoCloseable {
    /// How long an expected line may take; only a failing test ever waits that long.
    Duration PATIENCE = Duration.ofSeconds(20);

    /// Sends a text frame.
    void send(String frame);

    /// The next thing that came: a text frame, or `close CODE`.
    ///
    /// @throws AssertionError if nothing comes within [#PATIENCE]
    String receive() throws InterruptedException;

    @Override
    void close();
}
