package io.circles.benchmarks.scenario;

import io.circles.benchmarks.load.LoadGenerator;
import io.circles.benchmarks.load.Measured;
import io.circles.benchmarks.load.Mix;
import io.circles.benchmarks.load.Pace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Load until the rate no longer rises.
final class WarmUp {
    private static final Duration SLICE = Duration.ofSeconds(2);

    /// In these a cold server on a busy machine may refuse some requests.
    private static final int COLD = 5;

    /// Compilers of a JVM work on beside the load for some 40 seconds on a fast machine and for
    /// minutes on a slow one, through plateaus: what counts is how two long windows compare.
    private static final int WINDOW = 10;

    private static final Duration AT_MOST = Duration.ofMinutes(5);
    private static final double TOLERANCE = 1.03;

    private WarmUp() {}

    /// What can be run for so long.
    interface Load {
        Measured run(Duration time) throws IOException;
    }

    /// Runs slices of two seconds until ten of them together have at most 3 % more answers than the
    /// ten before, for 40 seconds to five minutes.
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
        } while (System.nanoTime() < end && stillRises(rates));
        return rates.getLast();
    }

    private static boolean stillRises(List<Double> rates) {
        int count = rates.size();
        return count < 2 * WINDOW
                || sum(rates, count - WINDOW) > TOLERANCE * sum(rates, count - 2 * WINDOW);
    }

    private static double sum(List<Double> rates, int from) {
        return rates.subList(from, from + WINDOW).stream().mapToDouble(Double::doubleValue).sum();
    }
}
