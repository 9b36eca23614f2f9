package io.circles.benchmarks.scenario;

import io.circles.benchmarks.load.LoadGenerator;
import io.circles.benchmarks.load.Measured;
import io.circles.benchmarks.load.Mix;
import io.circles.benchmarks.load.Pace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Plays that come at half the rate that the server can do: p99 under 20 ms.
final class HalfLoadScenario implements Scenario {
    private static final double GOAL_MS = 20;

    @Override
    public String name() {
        return "half-load";
    }

    @Override
    public List<Row> measure(Sitting sitting) throws IOException {
        Mix plays = Scripts.plays();
        int connections = sitting.settings().connections();
        try (LoadGenerator load =
                LoadGenerator.connect(sitting.circles().url(), sitting.keys(connections))) {
            sitting.say("half-load, warming up");
            double half = WarmUp.of(load, plays) / 2;
            sitting.say(Row.number("half-load, %.0f plays a second", half));
            Side side = new Side();
            for (int turn = 0; turn < sitting.settings().pairs(); turn++) {
                side.add(measured(sitting, load, plays, half), Duration.ZERO);
            }
            return List.of(row(side, half));
        }
    }

    private static Measured measured(Sitting sitting, LoadGenerator load, Mix plays, double rate)
            throws IOException {
        return load.run(plays, new Pace.Fixed(rate), sitting.settings().slice());
    }

    private static Row row(Side side, double rate) {
        double p99 = side.percentileMs(99);
        return new Row(
                "play at half load, p99 ms",
                Row.number("%.1f", p99),
                "",
                "",
                Row.number("%.0f/s, ", rate)
                        + Row.number("p50 %.1f ", side.percentileMs(50))
                        + Row.number("p99.9 %.1f ms", side.percentileMs(99.9)),
                Row.number("under %.0f", GOAL_MS),
                Row.verdict(p99 < GOAL_MS));
    }
}
