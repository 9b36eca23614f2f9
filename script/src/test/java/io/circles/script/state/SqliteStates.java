package io.circles.script.state;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/// Makes stores in files of a folder.
final class SqliteStates implements AutoCloseable {
    static final Duration NEVER = Duration.ofDays(1);

    private final Path folder;
    final ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);

    SqliteStates(Path folder) {
        this.folder = folder;
    }

    Path file(String circle) {
        return folder.resolve(circle).resolve("state.db");
    }

    StateStore make(
            String circle,
            long mostBytes,
            InstantSource clock,
            Consumer<List<LoggedEffect>> committed) {
        return new StateStore(file(circle), mostBytes, writers, clock, committed, NEVER);
    }

    @Override
    public void close() {
        writers.shutdownNow();
    }
}
