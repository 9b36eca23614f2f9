package io.circles.launcher;

import io.circles.script.CircleModule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Notices when the files of modules change, and has them loaded again while their circles are
/// served.
///
/// One daemon thread looks after the modules of all circles; loading is done elsewhere, so that one
/// module that takes long delays no other. Modules are added before it is started, by one thread.
final class ModuleWatch implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);

    /// How long files must be left alone before they are taken as written.
    private static final Duration SETTLING = Duration.ofMillis(200);

    private final Executor loading;
    private final List<WatchedModule> modules = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /// Puts a module in the place of the one that is served.
    interface Reload {
        /// Does it, or leaves the old one.
        ///
        /// @throws io.circles.protocol.CircleException if it cannot be loaded; the old one stays
        void reload(CircleModule module) throws InterruptedException;
    }

    /// @param loading where modules are loaded
    ModuleWatch(Executor loading) {
        this.loading = loading;
    }

    /// Adds a module to those that are looked after.
    ///
    /// @param circle its circle's name
    /// @param loaded as it is served now
    /// @param reload puts another one in its place
    void add(String circle, LoadedModule loaded, Reload reload) {
        modules.add(new WatchedModule(circle, loaded, reload));
    }

    /// Begins to look, once a second.
    void start() {
        if (!modules.isEmpty()) {
            Thread.ofPlatform().daemon().name("modules").start(this::watch);
        }
    }

    private void watch() {
        try {
            Duration pause = EVERY;
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = look() ? SETTLING : EVERY;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Looks once at all modules.
    ///
    /// @return whether one of them is being written, so that the next look should be soon
    boolean look() {
        boolean unsettled = false;
        for (WatchedModule module : modules) {
            unsettled |= module.look(loading);
        }
        return unsettled;
    }

    /// Looks no more. What is being loaded is loaded to its end.
    @Override
    public void close() {
        closed.countDown();
    }
}
