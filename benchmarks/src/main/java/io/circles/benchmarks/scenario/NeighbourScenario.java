package io.circles.benchmarks.scenario;

import io.circles.benchmarks.load.LoadGenerator;
import io.circles.benchmarks.load.Measured;
import io.circles.benchmarks.load.Mix;
import io.circles.benchmarks.load.Pace;
import io.circles.benchmarks.server.Circles;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/// Circle a is flooded with loops and bombs by 20 keys while circle b is played in at a steady
/// rate: b's p99 stays under five times what it is in quiet.
final class NeighbourScenario implements Scenario {
    private static final double GOAL = 5;
    private static final int FLOODING_KEYS = 20;
    private static final int CONNECTIONS = 16;
    private static final double RATE = 100;

    /// Between an answer and the next attack of a key: where attacks are refused at once, it is the
    /// generator that would eat the processor otherwise.
    private static final Duration PAUSE = Duration.ofMillis(10);

    @Override
    public String name() {
        return "neighbour";
    }

    @Override
    public List<Row> measure(Sitting sitting) throws IOException {
        try (Circles circles = sitting.newCircles();
                LoadGenerator b =
                        LoadGenerator.connect(circles.url("b"), sitting.keys(CONNECTIONS))) {
            sitting.say("neighbour, warming up");
            WarmUp.of(b, Scripts.plays());
            sitting.say("neighbour, quiet");
            Measured quiet = steady(sitting, b);
            sitting.say("neighbour, flooded");
            // not before: who does nothing for minutes is cut off
            try (LoadGenerator a =
                    LoadGenerator.connect(circles.url("a"), sitting.keys(FLOODING_KEYS))) {
                return List.of(flooded(sitting, a, b, quiet));
            }
        }
    }

    private static Measured steady(Sitting sitting, LoadGenerator b) throws IOException {
        Settings settings = sitting.settings();
        Duration time = settings.slice().multipliedBy(settings.pairs());
        return b.run(Mix.of(Scripts.trivial()), new Pace.Fixed(RATE), time);
    }

    private static Row flooded(Sitting sitting, LoadGenerator a, LoadGenerator b, Measured quiet)
            throws IOException {
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Callable<Measured> flooding =
                    () ->
                            a.run(
                                    Scripts.flood(),
                                    new Pace.AfterAnswer(PAUSE),
                                    Duration.ofMinutes(10),
                                    over::get);
            Future<Measured> flood = thread.submit(flooding);
            Measured then = steadyUntilOver(sitting, b, over);
            return row(quiet, then, flood.get());
        } catch (ExecutionException e) {
            throw new IOException("the flood", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ScenarioException("interrupted");
        }
    }

    private static Measured steadyUntilOver(Sitting sitting, LoadGenerator b, AtomicBoolean over)
            throws IOException {
        try {
            return steady(sitting, b);
        } finally {
            over.set(true);
        }
    }

    private static Row row(Measured quiet, Measured then, Measured flood) {
        double ratio = then.percentileMs(99) / quiet.percentileMs(99);
        boolean right = quiet.wrong() == 0 && then.wrong() == 0 && flood.answered() > 0;
        return new Row(
                "neighbour's p99, ms",
                Row.number("%.1f", then.percentileMs(99)),
                "",
                Row.ratio(ratio),
                Row.number("quiet %.1f ms, ", quiet.percentileMs(99))
                        + Row.number("p50 %.1f", quiet.percentileMs(50))
                        + Row.number(" then %.1f ms, ", then.percentileMs(50))
                        + Row.number("%.0f attacks/s ", flood.perSecond())
                        + then.firstWrong(),
                Row.number("under %.0f x", GOAL),
                Row.verdict(right && ratio < GOAL));
    }
}
