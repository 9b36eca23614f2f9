package io.circles.script.state;

import java.time.Duration;
import java.util.Optional;

/// Opens views of circles' states for runs in this process. Thread-safe. Keeps a bounded number of
/// databases open, each for 30 seconds after its last use.
public final class StateReader implements AutoCloseable {
    private static final Duration UNUSED = Duration.ofSeconds(30);

    private final IdleConnections idle;

    /// A reader with nothing open.
    public StateReader() {
        this(UNUSED);
    }

    StateReader(Duration unused) {
        this.idle = new IdleConnections(unused);
    }

    /// A view for one run. Nothing is opened before it is used, and then it blocks its thread,
    /// which is a platform thread.
    ///
    /// @param url JDBC URL of the state; none for a circle without state, whose use fails
    public StateView open(Optional<String> url) {
        return new StateView(url, idle);
    }

    /// Closes what is idle. Views that are open can be used on.
    @Override
    public void close() {
        idle.close();
    }
}
