package io.circles.script.worker;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How a [WorkerPool] has its workers. Immutable.
///
/// @param workers processes that serve everybody, 1 or more
/// @param threads scripts that run at once in each of them, 1 or more; a circle gets half of all
///     while its scripts use little of a processor, a sixteenth (two at least) while they do not
/// @param spares further processes that stand by, 0 or more
/// @param waiting jobs that may wait for a thread, 0 or more; a circle's at most a quarter of it, a
///     caller's an eighth, and each at least one
/// @param warmPlays how many scripts of its own each process plays while nobody needs anything, so
///     that it is fast when somebody does; 0 or more
/// @param jvm what the processes are
public record WorkerSettings(
        int workers, int threads, int spares, int waiting, int warmPlays, Jvm jvm) {
    private static final int LEAST_THREADS = 16;
    private static final int MOST_THREADS = 256;
    private static final int WAITING = 1_024;
    private static final int WARM_PLAYS = 3_000;

    public WorkerSettings {
        require("workers", workers, 1);
        require("threads", threads, 1);
        require("spares", spares, 0);
        require("waiting", waiting, 0);
        require("warmPlays", warmPlays, 0);
    }

    /// The JVM of each process. Immutable.
    ///
    /// @param heap memory for scripts, as the JVM's `-Xmx` takes it: `512m`, `1g`
    /// @param classPath this library and what it needs
    /// @param compiler folder of GraalVM's compiler; without it scripts are interpreted
    /// @param home of a JDK or JRE, version 25
    /// @param options more options, one word each
    public record Jvm(
            String heap,
            String classPath,
            Optional<Path> compiler,
            Path home,
            List<String> options) {
        private static final Pattern HEAP = Pattern.compile("[1-9][0-9]*[kKmMgG]?");

        public Jvm {
            if (!HEAP.matcher(heap).matches()) {
                throw new IllegalArgumentException("heap is like 512m or 1g, not " + heap);
            }
            classPath = absolute(classPath);
            compiler = compiler.map(Path::toAbsolutePath);
            options = List.copyOf(options);
        }

        /// The processes have another working directory.
        private static String absolute(String classPath) {
            return Pattern.compile(Pattern.quote(File.pathSeparator))
                    .splitAsStream(classPath)
                    .filter(entry -> !entry.isEmpty())
                    .map(entry -> new File(entry).getAbsolutePath())
                    .collect(Collectors.joining(File.pathSeparator));
        }

        /// That of this process, with its libraries, without a compiler.
        static Jvm own() {
            String modules = System.getProperty("jdk.module.path", "");
            return new Jvm(
                    "1g",
                    System.getProperty("java.class.path", "") + File.pathSeparator + modules,
                    Optional.empty(),
                    Path.of(System.getProperty("java.home")),
                    List.of());
        }
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + least + " or more, not " + value);
        }
    }

    /// One worker and one spare with this process's own Java and libraries, without a compiler.
    public static WorkerSettings defaults() {
        int processors = Runtime.getRuntime().availableProcessors();
        return new WorkerSettings(
                1,
                Math.clamp(16L * processors, LEAST_THREADS, MOST_THREADS),
                1,
                WAITING,
                WARM_PLAYS,
                Jvm.own());
    }

    /// The same with so many serving processes.
    public WorkerSettings withWorkers(int value) {
        return new WorkerSettings(value, threads, spares, waiting, warmPlays, jvm);
    }

    /// The same with so many threads a process.
    public WorkerSettings withThreads(int value) {
        return new WorkerSettings(workers, value, spares, waiting, warmPlays, jvm);
    }

    /// The same with so many spares.
    public WorkerSettings withSpares(int value) {
        return new WorkerSettings(workers, threads, value, waiting, warmPlays, jvm);
    }

    /// The same with so many places for jobs that wait.
    public WorkerSettings withWaiting(int value) {
        return new WorkerSettings(workers, threads, spares, value, warmPlays, jvm);
    }

    /// The same with so many plays to warm up.
    public WorkerSettings withWarmPlays(int value) {
        return new WorkerSettings(workers, threads, spares, waiting, value, jvm);
    }

    private WorkerSettings withJvm(Jvm value) {
        return new WorkerSettings(workers, threads, spares, waiting, warmPlays, value);
    }

    /// The same with that much memory a process.
    public WorkerSettings withHeap(String value) {
        return withJvm(new Jvm(value, jvm.classPath, jvm.compiler, jvm.home, jvm.options));
    }

    /// The same with the compiler of that folder.
    public WorkerSettings withCompiler(Path folder) {
        return withJvm(
                new Jvm(jvm.heap, jvm.classPath, Optional.of(folder), jvm.home, jvm.options));
    }

    /// The same with the Java of that folder.
    public WorkerSettings withJavaHome(Path folder) {
        return withJvm(new Jvm(jvm.heap, jvm.classPath, jvm.compiler, folder, jvm.options));
    }

    /// The same with these options of the JVM.
    public WorkerSettings withJavaOptions(List<String> value) {
        return withJvm(new Jvm(jvm.heap, jvm.classPath, jvm.compiler, jvm.home, value));
    }
}
