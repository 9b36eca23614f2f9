package io.circles.script.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Pools for tests.
final class Pools {
    /// A caller may have an eighth of the places.
    private static final int CALLERS_SHARE = 8;

    private static final Duration START = Duration.ofSeconds(60);

    /// A process of tests is too short-lived to earn what the better one costs.
    private static final List<String> SIMPLE_COMPILER = List.of("-XX:TieredStopAtLevel=1");

    private Pools() {}

    /// Small, cold, without spares, and interpreting: a process that does not load the compiler is
    /// there in half the time, and a pool does the same with it.
    static WorkerSettings settings() {
        return WorkerSettings.defaults()
                .withSpares(0)
                .withWarmPlays(0)
                .withHeap("512m")
                .withJavaOptions(SIMPLE_COMPILER);
    }

    /// A pool that takes jobs, of which one caller may have so many waiting.
    static WorkerPool open(int threads, int waiting) {
        return open(settings(), threads, waiting);
    }

    /// Likewise; its scripts are compiled, as those of the launcher are.
    static WorkerPool openCompiled(int threads, int waiting) {
        WorkerSettings compiled =
                settings().withCompiler(Path.of("target", "compiler")).withJavaOptions(List.of());
        return open(compiled, threads, waiting);
    }

    private static WorkerPool open(WorkerSettings settings, int threads, int waiting) {
        return ready(settings.withThreads(threads).withWaiting(CALLERS_SHARE * waiting));
    }

    static WorkerPool ready(WorkerSettings settings) {
        WorkerPool pool = new WorkerPool(settings);
        try {
            if (!pool.awaitReady(START)) {
                pool.close();
                throw new IllegalStateException("no worker has started");
            }
            return pool;
        } catch (InterruptedException e) {
            pool.close();
            throw new IllegalStateException("the test ran out of time", e);
        }
    }
}
