package io.circles.benchmarks.load;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// Processor time that goes into one kind of work. Thread-safe.
final class WorkMeter {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final LongAdder nanos = new LongAdder();

    /// Does some of it.
    <T> T of(Supplier<T> work) {
        long before = threads.getCurrentThreadCpuTime();
        try {
            return work.get();
        } finally {
            nanos.add(threads.getCurrentThreadCpuTime() - before);
        }
    }

    /// So far.
    Duration spent() {
        return Duration.ofNanos(nanos.sum());
    }
}
