package io.circles.launcher;

import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.engine.GraalScriptExecutor;
import io.circles.script.worker.WorkerPool;
import io.circles.script.worker.WorkerSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// Where scripts run: in processes of their own, or in the server's.
///
/// @param count processes; 0 for the server's own, which no stranger's script should share
/// @param threads scripts that run at once in each
/// @param heapBytes memory of each process
/// @param spares processes that are kept ready for one that ends
/// @param warmPlays scripts of its own that each plays while nobody needs it
record Workers(int count, int threads, long heapBytes, int spares, int warmPlays) {
    /// What holds where nothing else is said.
    static final Workers DEFAULTS = of(WorkerSettings.defaults());

    /// Jobs that may wait for a thread.
    static final int WAITING_RUNS = 1_024;

    private static Workers of(WorkerSettings settings) {
        return new Workers(
                settings.workers(),
                settings.threads(),
                LimitsReader.bytes(settings.heap()),
                settings.spares(),
                settings.warmPlays());
    }

    /// Whether scripts run in the server's own process.
    boolean inProcess() {
        return count == 0;
    }

    /// Begins to run scripts there; processes start in the background.
    ///
    /// @param compiler the folder of GraalVM's compiler, without which processes interpret scripts
    ScriptExecutor start(Optional<Path> compiler) {
        return inProcess()
                ? new GraalScriptExecutor(threads, WAITING_RUNS)
                : new WorkerPool(settings(compiler));
    }

    /// Begins to run jobs in processes that come from elsewhere.
    ///
    /// @param departing see [WorkerPool]
    ScriptExecutor start(Optional<Path> compiler, Consumer<ScriptJob> departing) {
        return new WorkerPool(settings(compiler), departing);
    }

    /// How many scripts run at once.
    int slots() {
        return count * threads;
    }

    /// How a pool has them.
    WorkerSettings settings(Optional<Path> compiler) {
        WorkerSettings settings =
                WorkerSettings.defaults()
                        .withWorkers(count)
                        .withThreads(threads)
                        .withHeap(Long.toString(heapBytes))
                        .withSpares(spares)
                        .withWarmPlays(warmPlays);
        return compiler.map(settings::withCompiler).orElse(settings);
    }
}
