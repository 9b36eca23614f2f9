package io.circles.script.engine;

import com.sun.management.ThreadMXBean;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptLimits;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a thread has used since a moment, by the JVM's own counters. Immutable; any thread may read
/// it while the measured one runs.
record ThreadMeter(long threadId, long startedAt, long cpuNanos, long allocatedBytes) {
    private static final ThreadMXBean COUNTERS =
            ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    /// Begins to measure the current thread, which must be a platform thread.
    static ThreadMeter start() {
        long id = Thread.currentThread().threadId();
        return new ThreadMeter(
                id,
                System.nanoTime(),
                COUNTERS.getThreadCpuTime(id),
                COUNTERS.getThreadAllocatedBytes(id));
    }

    CircleApi.Usage usage() {
        return new CircleApi.Usage(
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt),
                TimeUnit.NANOSECONDS.toMillis(COUNTERS.getThreadCpuTime(threadId) - cpuNanos),
                COUNTERS.getThreadAllocatedBytes(threadId) - allocatedBytes);
    }

    /// The failure of a run that has used this much, null as long as it is within its limits.
    static @Nullable CircleException exceeded(CircleApi.Usage used, ScriptLimits limits) {
        if (used.allocatedBytes() > limits.memoryBytes()) {
            return ScriptLimits.exceeded(
                    ErrorCode.MEMORY,
                    limits.memoryBytes(),
                    used.allocatedBytes(),
                    "bytes allocated");
        }
        if (used.cpuMs() > limits.cpuMs()) {
            return ScriptLimits.exceeded(
                    ErrorCode.CPU, limits.cpuMs(), used.cpuMs(), "ms of a processor");
        }
        if (used.wallMs() > limits.wallMs()) {
            // tells whether it has computed or waited
            return ScriptLimits.exceeded(
                            ErrorCode.SCRIPT_TIMEOUT, limits.wallMs(), used.wallMs(), "ms")
                    .with("cpu_ms", used.cpuMs());
        }
        return null;
    }
}
