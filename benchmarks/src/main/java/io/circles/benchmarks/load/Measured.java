package io.circles.benchmarks.load;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/// What a run of the generator has seen.
///
/// @param latencies of the timed requests, in microseconds
/// @param took from the first request to the last answer
/// @param probes probes that were answered
/// @param wrong answers to timed requests and probes that were not as they should be
/// @param firstWrong one of them, cut short; empty if there was none
/// @param ownCpu the generator's processor time
public record Measured(
        Histogram latencies,
        Duration took,
        long probes,
        long wrong,
        String firstWrong,
        Duration ownCpu) {

    /// Timed requests that were answered.
    public long answered() {
        return latencies.getTotalCount();
    }

    /// Timed requests a second.
    public double perSecond() {
        return answered() / (took.toNanos() / 1e9);
    }

    /// The time in milliseconds within which this percentage of the timed requests was answered.
    public double percentileMs(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e3;
    }

    /// The generator's processor time a request in microseconds, probes included.
    public double ownMicros() {
        return ownCpu.toNanos() / 1e3 / Math.max(1, answered() + probes);
    }
}
