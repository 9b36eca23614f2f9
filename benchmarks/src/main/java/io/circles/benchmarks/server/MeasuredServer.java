package io.circles.benchmarks.server;

import java.net.URI;
import java.time.Duration;

/// A running server.
public interface MeasuredServer extends AutoCloseable {
    /// How the table calls it.
    String name();

    /// Where its first circle is reached.
    URI url();

    /// Its processes, all that it has started among them.
    ProcessTree processes();

    /// Waits until it does nothing by itself any more, as spare workers do that warm up; some
    /// minutes at most.
    default void awaitIdle() {
        processes().awaitIdle(Duration.ofMinutes(2));
    }

    /// Ends it and all that it has started.
    @Override
    void close();
}
