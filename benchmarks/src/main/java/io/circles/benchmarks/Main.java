package io.circles.benchmarks;

import io.circles.benchmarks.scenario.Row;
import io.circles.benchmarks.scenario.Scenario;
import io.circles.benchmarks.scenario.ScenarioException;
import io.circles.benchmarks.scenario.Settings;
import io.circles.benchmarks.scenario.Sitting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The command line of the benchmarks. Run from the project's folder; ends with 1 when a goal is
/// missed.
@Command(
        name = "make bench",
        mixinStandardHelpOptions = true,
        description = "Measures circles against a Node server, both on this machine.")
public final class Main implements Callable<Integer> {
    @Parameters(
            paramLabel = "SCENARIO",
            description =
                    "play, call, fib25, half-load, state, attacks, neighbour, sign, relay, redis; all"
                            + " by default.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--connections", defaultValue = "64", description = "Default: 64.")
    private int connections;

    @Option(names = "--pairs", defaultValue = "3", description = "Turns of each. Default: 3.")
    private int pairs;

    @Option(names = "--seconds", defaultValue = "5", description = "Of a turn. Default: 5.")
    private int seconds;

    @Option(
            names = "--peer",
            paramLabel = "WORD",
            description = "A word for the peer's command line, such as --peer=--fresh-isolate.")
    private List<String> peerOptions = new ArrayList<>();

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final long start = System.nanoTime();

    /// Runs and exits.
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Settings settings =
                new Settings(
                        Path.of("").toAbsolutePath(),
                        connections,
                        pairs,
                        Duration.ofSeconds(seconds),
                        peerOptions);
        List<Row> rows = new ArrayList<>();
        try (Sitting sitting = new Sitting(settings, new SecureRandom(), this::say)) {
            for (Scenario scenario : chosen()) {
                List<Row> measured = measured(scenario, sitting);
                measured.forEach(row -> say(String.join("  ", row.cells())));
                rows.addAll(measured);
            }
        }
        print(rows);
        return rows.stream().anyMatch(row -> row.verdict() == Row.Verdict.FAIL) ? 1 : 0;
    }

    private List<Scenario> chosen() {
        List<Scenario> all = Scenario.all();
        Set<String> known = all.stream().map(Scenario::name).collect(Collectors.toSet());
        if (!known.containsAll(names)) {
            throw new IllegalArgumentException("scenarios are " + known);
        }
        return all.stream().filter(s -> names.isEmpty() || names.contains(s.name())).toList();
    }

    private List<Row> measured(Scenario scenario, Sitting sitting) {
        try {
            return scenario.measure(sitting);
        } catch (IOException | ScenarioException e) {
            say(scenario.name() + " could not be measured: " + e.getMessage());
            return List.of(Row.failed(scenario.name(), String.valueOf(e.getMessage())));
        }
    }

    private void say(String what) {
        Duration since = Duration.ofNanos(System.nanoTime() - start);
        out.printf("%4d s  %s%n", since.toSeconds(), what);
    }

    private void print(List<Row> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(Row.heads());
        rows.forEach(row -> lines.add(row.cells()));
        out.println();
        out.println(Table.of(lines));
    }
}
