package io.circles.benchmarks.scenario;

import io.circles.benchmarks.load.Measured;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/// What was measured of one server in a contest. For one thread.
final class Side {
    private final List<Measured> runs = new ArrayList<>();
    private Duration cpu = Duration.ZERO;

    /// @param used the server's processor time in this run
    void add(Measured run, Duration used) {
        if (run.wrong() > 0) {
            throw new ScenarioException(run.wrong() + " wrong answers: " + run.firstWrong());
        }
        runs.add(run);
        cpu = cpu.plus(used);
    }

    /// The median of the runs.
    double perSecond() {
        List<Double> rates = runs.stream().map(Measured::perSecond).sorted().toList();
        int half = rates.size() / 2;
        return rates.size() % 2 == 1
                ? rates.get(half)
                : (rates.get(half - 1) + rates.get(half)) / 2;
    }

    /// In milliseconds, over all runs.
    double percentileMs(double percentile) {
        // of the same range, but empty
        Histogram all = new Histogram(runs.getFirst().latencies());
        runs.forEach(run -> all.add(run.latencies()));
        return all.getValueAtPercentile(percentile) / 1e3;
    }

    /// The server's processor time a request in microseconds, probes included.
    double serverMicros() {
        return micros(cpu);
    }

    /// Microseconds a request, probes included, of a time that all of them took.
    double micros(Duration all) {
        long requests = runs.stream().mapToLong(run -> run.answered() + run.probes()).sum();
        return all.toNanos() / 1e3 / requests;
    }

    double generatorMicros() {
        return runs.stream().mapToDouble(Measured::ownMicros).average().orElse(0);
    }

    /// Latencies and processor time.
    String detail() {
        return Row.number("p50 %.1f", percentileMs(50))
                + Row.number(" p99 %.1f ms,", percentileMs(99))
                + Row.number(" cpu %.0f", serverMicros())
                + Row.number("+%.0f µs", generatorMicros());
    }
}
