package io.circles.server.event;

import io.circles.script.state.StateStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;

/// Events for tests that are not about them.
public final class TestEvents {
    private TestEvents() {}

    /// Those of a circle in which nothing is ever published.
    ///
    /// @param timer also reads its log, which is not there
    public static Events none(ScheduledExecutorService timer) {
        Path nowhere = Path.of("target", "no-such-folder", "state.db");
        StateStore log = new StateStore(nowhere, 1, timer, InstantSource.system(), _ -> {});
        return new Events(Runnable::run, timer, log);
    }
}
