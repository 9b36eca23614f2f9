package io.circles.script.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has a process give way to others: `renice`, of POSIX. There is no way back without privileges.
final class Niceness {
    private static final Logger log = LoggerFactory.getLogger(Niceness.class);

    /// A tenth of what others get where the processors are not enough for all.
    private static final String LOW = "10";

    /// A thread that is started while the others are read is found at the second look.
    private static final int LOOKS = 3;

    private static final int PATIENCE_SECONDS = 5;

    /// Whether a priority is a thread's, and those that it starts inherit it, as on Linux;
    /// elsewhere it is the process's.
    private static final boolean OF_THREADS = Files.isDirectory(Path.of("/proc/self/task"));

    private Niceness() {}

    /// Has it give way, if this system can do that. Blocks for some milliseconds.
    static void lower(long pid) {
        try {
            Set<String> done = new HashSet<>();
            for (int look = 0; look < LOOKS; look++) {
                List<String> found = threads(pid);
                found.removeIf(thread -> !done.add(thread));
                if (!found.isEmpty()) {
                    renice(found);
                }
            }
        } catch (IOException e) {
            log.atDebug().addKeyValue("pid", pid).setCause(e).log("a worker keeps its priority");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// None of a process that is gone.
    private static List<String> threads(long pid) throws IOException {
        if (!OF_THREADS) {
            return new ArrayList<>(List.of(Long.toString(pid)));
        }
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return new ArrayList<>(all.map(task -> task.getFileName().toString()).toList());
        }
    }

    private static void renice(List<String> threads) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("renice", "-n", LOW, "-p"));
        command.addAll(threads);
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        } else if (process.exitValue() != 0) {
            // of a thread that is no more, or of all: a server may run at a lower priority still
            log.atDebug()
                    .addKeyValue("threads", threads.size())
                    .addKeyValue("exit_code", process.exitValue())
                    .log("not every thread of a worker has a lower priority");
        }
    }
}
