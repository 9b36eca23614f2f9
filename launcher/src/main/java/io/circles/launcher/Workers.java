package io.circles.launcher;

import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.engine.GraalScriptExecutor;
import io.circles.script.worker.WorkerPool;
import io.circles.script.worker.WorkerSettings;
import java.util.function.Consumer;

/// Where scripts run: in processes of their own, or in the server's.
///
/// @param count processes; 0 for the server's own, which no stranger's script should share
/// @param threads scripts that run at once in each
/// @param heapBytes memory of each process
/// @param spares processes that are kept ready for one that ends, and for circles that have to get
///     out of the others' way
/// @param warmPlays scripts of its own that each plays while nobody needs it
/// @param compiled whether processes compile scripts, where they can, instead of interpreting them
record Workers(
        int count, int threads, long heapBytes, int spares, int warmPlays, boolean compiled) {
    /// What holds where nothing else is said.
    static final Workers DEFAULTS = of(WorkerSettings.defaults());

    /// Jobs that may wait for a thread.
    static final int WAITING_RUNS = 1_024;

    private static Workers of(WorkerSettings settings) {
        return new Workers(
                settings.workers(),
                settings.threads(),
                LimitsReader.bytes(settings.jvm().heap()),
                settings.spares(),
                settings.warmPlays(),
                true);
    }

    /// Whether scripts run in the server's own process.
    boolean inProcess() {
        return count == 0;
    }

    /// Begins to run scripts there; processes start in the background.
    ///
    /// @param jvm that of the processes
    ScriptExecutor start(WorkerJvm jvm) {
        return inProcess()
                ? new GraalScriptExecutor(threads, WAITING_RUNS)
                : new WorkerPool(settings(jvm));
    }

    /// Begins to run jobs in processes that come from elsewhere.
    ///
    /// @param jvm that of the processes
    /// @param departing see [WorkerPool]
    ScriptExecutor start(WorkerJvm jvm, Consumer<ScriptJob> departing) {
        return new WorkerPool(settings(jvm), departing);
    }

    /// How many scripts run at once.
    int slots() {
        return count * threads;
    }

    /// How a pool has them.
    WorkerSettings settings(WorkerJvm jvm) {
        WorkerSettings settings =
                WorkerSettings.defaults()
                        .withWorkers(count)
                        .withThreads(threads)
                        .withHeap(Long.toString(heapBytes))
                        .withSpares(spares)
                        .withWarmPlays(warmPlays)
                        .withJavaOptions(jvm.options());
        return jvm.compiler().filter(_ -> compiled).map(settings::withCompiler).orElse(settings);
    }
}
