package io.circles.benchmarks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// A process and those below it, as `/proc` of Linux shows them. Thread-safe.
public final class ProcessTree {
    private static final int UTIME = 11; // counted after the name, as are the next three
    private static final int CSTIME = 14;
    private static final long TICK_MS = 10;
    private static final long WINDOW = TimeUnit.SECONDS.toNanos(5);

    /// What they use less of in this window when they do nothing.
    private static final Duration IDLE = Duration.ofMillis(250);

    private final Process root;

    /// Of a process that is not to outlive this JVM, however that ends.
    ProcessTree(Process root) {
        this.root = root;
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    private void kill() {
        all().toList().forEach(ProcessHandle::destroyForcibly);
    }

    /// Physical memory of all of them in bytes, pages that two share counted twice.
    public long residentBytes() {
        return sum(ProcessTree::residentBytes);
    }

    /// How many they are.
    public long size() {
        return all().count();
    }

    /// Processor time of all of them since their start, of those that have ended, too.
    public Duration cpu() {
        return Duration.ofMillis(sum(ProcessTree::ticks) * TICK_MS);
    }

    /// Waits until they have been idle for five seconds, as they are once workers have warmed up,
    /// for at most so long; whether they were.
    public boolean awaitIdle(Duration atMost) {
        return Waiting.until(atMost, new Idle());
    }

    /// Looks once in a window.
    private final class Idle implements BooleanSupplier {
        private long lookedAt = System.nanoTime();
        private Duration then = cpu();

        @Override
        public boolean getAsBoolean() {
            long now = System.nanoTime();
            if (now - lookedAt < WINDOW) {
                return false;
            }
            Duration used = cpu().minus(then);
            lookedAt = now;
            then = then.plus(used);
            return used.compareTo(IDLE) < 0;
        }
    }

    private Stream<ProcessHandle> all() {
        return Stream.concat(Stream.of(root.toHandle()), root.descendants());
    }

    private long sum(ToLongFunction<Path> of) {
        return all().mapToLong(p -> of.applyAsLong(Path.of("/proc", Long.toString(p.pid())))).sum();
    }

    private static long residentBytes(Path process) {
        return lines(process.resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .sum();
    }

    private static long ticks(Path process) {
        return lines(process.resolve("stat")).stream()
                .map(line -> line.substring(line.lastIndexOf(')') + 2).split(" ", -1))
                .flatMap(fields -> Stream.of(fields).skip(UTIME).limit(CSTIME - UTIME + 1))
                .mapToLong(Long::parseLong)
                .sum();
    }

    /// Nothing of a process that has just ended.
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    /// Ends them: politely, and after ten seconds by force.
    void end() {
        List<ProcessHandle> processes = all().toList();
        root.destroy();
        try {
            if (!root.waitFor(10, TimeUnit.SECONDS)) {
                root.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        processes.forEach(ProcessHandle::destroyForcibly);
    }
}
