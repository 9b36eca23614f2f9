package io.circles.benchmarks.scenario;

import io.circles.benchmarks.load.LoadGenerator;
import io.circles.benchmarks.load.Login;
import io.circles.benchmarks.load.Mix;
import io.circles.benchmarks.load.Pace;
import io.circles.benchmarks.server.Circles;
import io.circles.benchmarks.server.ProcessTree;
import io.circles.benchmarks.server.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/// A hundred attacks in a row, each by a new key: the server answers all, serves on, and is no
/// bigger than before.
final class AttackScenario implements Scenario {
    private static final int ATTACKS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SETTLING = Duration.ofSeconds(20);
    private static final double GROWTH = 1.2;
    private static final double MEGABYTE = 1 << 20;

    @Override
    public String name() {
        return "attacks";
    }

    @Override
    public List<Row> measure(Sitting sitting) throws IOException {
        List<String> scripts =
                Files.readAllLines(
                        sitting.settings().root().resolve("benchmarks/circle/attacks.txt"));
        try (Circles circles = sitting.newCircles()) {
            sitting.say("attacks, warming up");
            fill(sitting, circles);
            attack(sitting, circles, scripts, scripts.size());
            fill(sitting, circles);
            long before = circles.processes().residentBytes();
            long began = System.nanoTime();
            int unanswered = attack(sitting, circles, scripts, ATTACKS);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            fill(sitting, circles);
            return List.of(answered(unanswered, took), memory(circles.processes(), before));
        }
    }

    /// Plays, so that memory and threads that work needs are there; and a check that all is well.
    private static void fill(Sitting sitting, Circles circles) throws IOException {
        try (LoadGenerator load = LoadGenerator.connect(circles.url(), sitting.keys(16))) {
            var run =
                    load.run(Mix.of(Scripts.trivial()), Pace.closed(), sitting.settings().slice());
            if (run.wrong() > 0 || run.answered() == 0) {
                throw new ScenarioException("it no longer serves: " + run.firstWrong());
            }
        }
    }

    private static int attack(Sitting sitting, Circles circles, List<String> scripts, int count)
            throws IOException {
        int unanswered = 0;
        for (int i = 0; i < count; i++) {
            String script = scripts.get(i % scripts.size());
            if (i % 10 == 0) {
                sitting.say("attacks, number " + i);
            }
            var key = sitting.keys(1).getFirst();
            try (Login login = Login.open(circles.url(), key, PATIENCE)) {
                login.ask(Scripts.attack(script));
            } catch (IOException e) {
                unanswered++;
                sitting.say(script + ": " + e.getMessage());
            }
        }
        return unanswered;
    }

    private static Row answered(int unanswered, Duration took) {
        return new Row(
                "attacks answered",
                Integer.toString(ATTACKS - unanswered),
                "",
                "",
                "and serves on; took " + took.toSeconds() + " s",
                "all " + ATTACKS,
                Row.verdict(unanswered == 0));
    }

    private static Row memory(ProcessTree processes, long before) {
        boolean flat = Waiting.until(SETTLING, () -> processes.residentBytes() <= before * GROWTH);
        long after = processes.residentBytes();
        return new Row(
                "memory after attacks, MB",
                Row.number("%.0f", after / MEGABYTE),
                "",
                Row.ratio((double) after / before),
                Row.number("before %.0f MB, ", before / MEGABYTE) + processes.size() + " processes",
                Row.number("under %.1f x", GROWTH),
                Row.verdict(flat));
    }
}
