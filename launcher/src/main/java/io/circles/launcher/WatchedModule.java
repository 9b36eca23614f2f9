package io.circles.launcher;

import io.circles.protocol.CircleException;
import io.circles.script.CircleModule;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// The module of one circle that is being served, and what its files were when they were last
/// looked at. A change is taken once the files are the same in two looks, so that half of a file is
/// not; one that cannot be loaded leaves the last good module in its place.
///
/// All of it belongs to the thread that looks, but while `loading` is set to the thread that loads;
/// then nobody looks.
final class WatchedModule {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedModule.class);

    private final String circle;
    private final ModuleFiles files;
    private final ModuleWatch.Reload reload;
    private final AtomicBoolean loading = new AtomicBoolean();

    private ModuleListing taken;
    private ModuleListing seen;
    private String goodHash;
    private String trouble = "";

    WatchedModule(String circle, LoadedModule loaded, ModuleWatch.Reload reload) {
        this.circle = circle;
        this.files = loaded.files();
        this.reload = reload;
        this.taken = loaded.listing();
        this.seen = loaded.listing();
        this.goodHash = loaded.module().hash();
    }

    /// Looks once, and has the module loaded when it has changed.
    ///
    /// @return whether it is being written, so that the next look should be soon
    boolean look(Executor executor) {
        if (loading.get()) {
            return false;
        }
        try {
            return look(files.list(), executor);
        } catch (LauncherException e) {
            taken =
                    ModuleListing
                            .NONE; // so that files that come back are read, whatever their times
            failed(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private boolean look(ModuleListing now, Executor executor) {
        boolean settled = now.equals(seen);
        seen = now;
        if (!now.equals(taken) && settled) {
            taken = now;
            loading.set(true);
            executor.execute(() -> load(now));
        }
        return !settled;
    }

    private void load(ModuleListing listing) {
        try {
            replace(files.read(listing));
            trouble = "";
        } catch (LauncherException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (CircleException e) {
            taken = e.code().retryable() ? ModuleListing.NONE : listing;
            failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log(LOG.atError()).setCause(e).log("module not reloaded");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            loading.set(false);
        }
    }

    private void replace(CircleModule module) throws InterruptedException {
        if (!module.hash().equals(goodHash)) {
            reload.reload(module);
            goodHash = module.hash();
            log(LOG.atInfo()).log("module reloaded");
        } else if (!trouble.isEmpty()) {
            log(LOG.atInfo()).log("module as before");
        }
    }

    /// Says so once, however often it is looked at.
    private void failed(String why) {
        if (!why.equals(trouble)) {
            trouble = why;
            log(LOG.atWarn())
                    .addKeyValue("reason", why)
                    .log("module not reloaded, the last good one stays");
        }
    }

    private LoggingEventBuilder log(LoggingEventBuilder line) {
        return line.addKeyValue("circle", circle).addKeyValue("module", files.main());
    }
}
