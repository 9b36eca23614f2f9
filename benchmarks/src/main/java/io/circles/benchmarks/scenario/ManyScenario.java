package io.circles.benchmarks.scenario;

import io.circles.benchmarks.load.Login;
import io.circles.benchmarks.server.Circles;
import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A thousand circles at one port, beside a single one: how long they take to start and to stop,
/// and what memory they need. The keys are there already.
final class ManyScenario implements Scenario {
    private static final int MANY = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final double MEGABYTE = 1 << 20;

    /// Milliseconds and bytes.
    private record Seen(double start, double stop, double memory) {}

    @Override
    public String name() {
        return "many";
    }

    @Override
    public List<Row> measure(Sitting sitting) throws IOException {
        Seen one = seen(sitting, 1);
        Seen many = seen(sitting, MANY);
        return List.of(
                row("start of 1,000 circles, ms", many.start, one.start),
                row("their stop, ms", many.stop, one.stop),
                row("their memory, MB", many.memory / MEGABYTE, one.memory / MEGABYTE));
    }

    private static Seen seen(Sitting sitting, int count) throws IOException {
        Path folder = sitting.newFolder();
        Circles.startMany(sitting.settings().root(), folder, count).close();
        sitting.say("many, %d circles".formatted(count));
        double start;
        double memory;
        long stopping;
        try (Circles circles = Circles.serve(sitting.settings().root(), folder)) {
            KeyPair key = sitting.keys(1).getFirst();
            try (Login login = Login.open(circles.lastUrl(), key, PATIENCE)) {
                login.ask(Scripts.trivial());
            }
            start = circles.startedWithin().toMillis();
            memory = circles.processes().residentBytes();
            stopping = System.nanoTime();
        }
        return new Seen(start, (System.nanoTime() - stopping) / 1e6, memory);
    }

    private static Row row(String what, double many, double one) {
        return new Row(
                what,
                Row.number("%.0f", many),
                "",
                Row.ratio(many / one),
                Row.number("one circle: %.0f", one),
                "",
                Row.Verdict.INFO);
    }
}
