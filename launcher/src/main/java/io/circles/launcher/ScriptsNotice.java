package io.circles.launcher;

import io.circles.script.ScriptExecutor;
import java.time.Duration;
import java.util.function.Consumer;

/// Tells the operator how scripts are run, compiled or interpreted and why, as soon as that is
/// known. The first worker needs seconds until it can say, and serving does not wait for it, so
/// that has a thread of its own.
final class ScriptsNotice implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration A_WHILE = Duration.ofSeconds(1);

    private final Thread thread;

    private ScriptsNotice(Thread thread) {
        this.thread = thread;
    }

    /// Begins to wait for what there is to say.
    ///
    /// @param tell gets one line, from any thread
    static ScriptsNotice of(ScriptExecutor scripts, Consumer<String> tell) {
        return new ScriptsNotice(
                Thread.ofVirtual().name("scripts").start(() -> waitAndTell(scripts, tell)));
    }

    private static void waitAndTell(ScriptExecutor scripts, Consumer<String> tell) {
        try {
            while (!scripts.awaitReady(PATIENCE)) {
                tell.accept("scripts: none can run yet, no worker has started");
            }
            tell.accept("scripts: " + scripts.description());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Says that scripts cannot run yet, if that is so after a while.
    ///
    /// @param waits what it says, one line, once
    /// @param tell gets that, from any thread
    static ScriptsNotice waiting(ScriptExecutor scripts, String waits, Consumer<String> tell) {
        return new ScriptsNotice(
                Thread.ofVirtual().name("scripts").start(() -> tell(scripts, waits, tell)));
    }

    private static void tell(ScriptExecutor scripts, String waits, Consumer<String> tell) {
        try {
            if (!scripts.awaitReady(A_WHILE)) {
                tell.accept(waits);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits no more.
    @Override
    public void close() {
        thread.interrupt();
    }
}
