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
/// @param heap each process's memory for scripts, as the JVM's `-Xmx` takes it: `512m`, `1g`
/// @param waiting jobs that may wait for a thread, 0 or more; a circle's at most a quarter of it, a
///     caller's an eighth, and each at least one
/// @param warmPlays how many scripts of its own each process plays while nobody needs anything, so
///     that it is fast when somebody does; 0 or more
/// @param classPath of the processes: this library and what it needs
/// @param compiler folder of GraalVM's compiler; without it scripts are interpreted
/// @param javaHome the processes' JDK or JRE, version 25
/// @param javaOptions more options of the processes' JVMs, one word each
public record WorkerSettings(
        int workers,
        int threads,
        int spares,
        String heap,
        int waiting,
        int warmPlays,
        String classPath,
        Optional<Path> compiler,
        Path javaHome,
        List<String> javaOptions) {
    private static final int LEAST_THREADS = 16;
    private static final int MOST_THREADS = 256;
    private static final int WAITING = 1_024;
    private static final int WARM_PLAYS = 3_000;
    private static final Pattern HEAP = Pattern.compile("[1-9][0-9]*[kKmMgG]?");

    public WorkerSettings {
        require("workers", workers, 1);
        require("threads", threads, 1);
        require("spares", spares, 0);
        require("waiting", waiting, 0);
        require("warmPlays", warmPlays, 0);
        if (!HEAP.matcher(heap).matches()) {
            throw new IllegalArgumentException("heap is like 512m or 1g, not " + heap);
        }
        classPath = absolute(classPath);
        compiler = compiler.map(Path::toAbsolutePath);
        javaOptions = List.copyOf(javaOptions);
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + least + " or more, not " + value);
        }
    }

    /// The processes have another working directory.
    private static String absolute(String classPath) {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(classPath)
                .filter(entry -> !entry.isEmpty())
                .map(entry -> new File(entry).getAbsolutePath())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /// One worker and one spare with this process's own Java and libraries, without a compiler.
    public static WorkerSettings defaults() {
        int processors = Runtime.getRuntime().availableProcessors();
        return new WorkerSettings(
                1,
                Math.clamp(16L * processors, LEAST_THREADS, MOST_THREADS),
                1,
                "1g",
                WAITING,
                WARM_PLAYS,
                ownClassPath(),
                Optional.empty(),
                Path.of(System.getProperty("java.home")),
                List.of());
    }

    private static String ownClassPath() {
        String modules = System.getProperty("jdk.module.path", "");
        return System.getProperty("java.class.path", "") + File.pathSeparator + modules;
    }

    /// The same with so many serving processes.
    public WorkerSettings withWorkers(int value) {
        return new WorkerSettings(
                value,
                threads,
                spares,
                heap,
                waiting,
                warmPlays,
                classPath,
                compiler,
                javaHome,
                javaOptions);
    }

    /// The same with so many threads a process.
    public WorkerSettings withThreads(int value) {
        return new WorkerSettings(
                workers,
                value,
                spares,
                heap,
                waiting,
                warmPlays,
                classPath,
                compiler,
                javaHome,
                javaOptions);
    }

    /// The same with so many spares.
    public WorkerSettings withSpares(int value) {
        return new WorkerSettings(
                workers,
                threads,
                value,
                heap,
                waiting,
                warmPlays,
                classPath,
                compiler,
                javaHome,
                javaOptions);
    }

    /// The same with that much memory a process.
    public WorkerSettings withHeap(String value) {
        return new WorkerSettings(
                workers,
                threads,
                spares,
                value,
                waiting,
                warmPlays,
                classPath,
                compiler,
                javaHome,
                javaOptions);
    }

    /// The same with so many places for jobs that wait.
    public WorkerSettings withWaiting(int value) {
        return new WorkerSettings(
                workers,
                threads,
                spares,
                heap,
                value,
                warmPlays,
                classPath,
                compiler,
                javaHome,
                javaOptions);
    }

    /// The same with so many plays to warm up.
    public WorkerSettings withWarmPlays(int value) {
        return new WorkerSettings(
                workers,
                threads,
                spares,
                heap,
                waiting,
                value,
                classPath,
                compiler,
                javaHome,
                javaOptions);
    }

    /// The same with the compiler of that folder.
    public WorkerSettings withCompiler(Path folder) {
        return new WorkerSettings(
                workers,
                threads,
                spares,
                heap,
                waiting,
                warmPlays,
                classPath,
                Optional.of(folder),
                javaHome,
                javaOptions);
    }

    /// The same with the Java of that folder.
    public WorkerSettings withJavaHome(Path folder) {
        return new WorkerSettings(
                workers,
                threads,
                spares,
                heap,
                waiting,
                warmPlays,
                classPath,
                compiler,
                folder,
                javaOptions);
    }

    /// The same with these options of the JVM.
    public WorkerSettings withJavaOptions(List<String> value) {
        return new WorkerSettings(
                workers, threads, spares, heap, waiting, warmPlays, classPath, compiler, javaHome,
                value);
    }
}
