package io.circles.benchmarks.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// What a run has counted so far. For the run's thread; times are in the nanoseconds of the JVM.
final class Tally {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);
    private static final int SHOWN = 300;

    private final Histogram latencies = new Histogram(LONGEST_MICROS, 3);
    private final long start;
    private long lastAnswer;
    private long probes;
    private long wrong;
    private String firstWrong = "";

    /// @param start of the run
    Tally(long start) {
        this.start = start;
        this.lastAnswer = start;
    }

    /// Counts an answer to a timed request.
    ///
    /// @param since from when its latency counts
    /// @param now when it came
    void answered(long since, long now) {
        latencies.recordValue(Math.min(TimeUnit.NANOSECONDS.toMicros(now - since), LONGEST_MICROS));
        lastAnswer = now;
    }

    /// Counts an answer to a probe.
    void probed(long now) {
        probes++;
        lastAnswer = now;
    }

    /// Counts answers that are not as they should be, also those that do not come.
    void wrong(long answers, String what) {
        wrong += answers;
        if (firstWrong.isEmpty()) {
            firstWrong = what.substring(0, Math.min(SHOWN, what.length()));
        }
    }

    Measured measured(Duration ownCpu) {
        Duration took = Duration.ofNanos(Math.max(1, lastAnswer - start));
        return new Measured(latencies, took, probes, wrong, firstWrong, ownCpu);
    }
}
