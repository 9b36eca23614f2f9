package io.circles.benchmarks.server;

import java.net.URI;

/// A running server.
public interface MeasuredServer extends AutoCloseable {
    /// How the table calls it.
    String name();

    /// Where its first circle is reached.
    URI url();

    /// Its processes, all that it has started among them.
    ProcessTree processes();

    /// Ends it and all that it has started.
    @Override
    void close();
}
