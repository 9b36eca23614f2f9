package io.circles.benchmarks.scenario;

import io.circles.benchmarks.load.LoadGenerator;
import io.circles.benchmarks.load.Measured;
import io.circles.benchmarks.load.Mix;
import io.circles.benchmarks.load.Pace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Load until the rate no longer changes.
final class WarmUp {
    private static final Duration SLICE = Duration.ofSeconds(2);

    /// In these a cold server on a busy machine may refuse some requests.
    private static final int COLD = 5;

    /// Compilers of a JVM work on beside the load for some 40 seconds, through plateaus.
    private static final int AT_LEAST = 20;

    private static final Duration AT_MOST = Duration.ofMinutes(2);
    private static final int ALIKE = 3;
    private static final double TOLERANCE = 1.06;

    private WarmUp() {}

    /// What can be run for so long.
    interface Load {
        Measured run(Duration time) throws IOException;
    }

    /// Runs slices of two seconds until three in a row are within 6 % of each other, for 40 to 120
    /// seconds. On a noisy machine they may never be; then what is measured says so by its spread.
    ///
    /// @return the rate of the last slice
    /// @throws ScenarioException at the first wrong answer after the first five slices, in which a
    ///     cold server on a busy machine may refuse some, but not all
    static double of(LoadGenerator load, Mix mix) throws IOException {
        return of(time -> load.run(mix, Pace.closed(), time));
    }

    /// The same with a load of any other kind.
    static double of(Load load) throws IOException {
        List<Double> rates = new ArrayList<>();
        long end = System.nanoTime() + AT_MOST.toNanos();
        do {
            Measured slice = load.run(SLICE);
            boolean cold = rates.size() < COLD && slice.wrong() < slice.answered();
            if (slice.wrong() > 0 && !cold) {
                throw new ScenarioException(slice.firstWrong());
            }
            rates.add(slice.perSecond());
        } while (rates.size() < AT_LEAST || (System.nanoTime() < end && !stable(rates)));
        return rates.getLast();
    }

    private static boolean stable(List<Double> rates) {
        List<Double> last = rates.subList(rates.size() - ALIKE, rates.size());
        return Collections.max(last) <= Collections.min(last) * TOLERANCE;
    }
}
