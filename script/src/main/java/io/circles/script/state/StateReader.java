package io.circles.script.state;

import java.time.Duration;
import java.util.Optional;

/// Opens views of circles' states for runs in this process. Thread-safe. Keeps a bounded number of
/// files and of connections to shared databases open, each for 30 seconds after its last use.
public final class StateReader implements AutoCloseable {
    private static final Duration UNUSED = Duration.ofSeconds(30);

    private final IdleConnections files;
    private final SharedReads shared = new SharedReads();

    /// A reader with nothing open.
    public StateReader() {
        this(UNUSED);
    }

    StateReader(Duration unused) {
        this.files = new IdleConnections(unused);
    }

    /// A view for one run. Nothing is opened before it is used, and then it blocks its thread,
    /// which is a platform thread.
    ///
    /// @param url JDBC URL of the state; none for a circle without state, whose use fails
    public StateView open(Optional<String> url) {
        boolean isShared = url.isPresent() && DatabaseAddress.isShared(url.get());
        return new StateView(url, isShared ? shared : files);
    }

    /// Closes what is idle. Views that are open can be used on.
    @Override
    public void close() {
        files.close();
        shared.close();
    }
}
