package io.circles.benchmarks.scenario;

import java.io.IOException;
import java.util.List;

/// Plays that compute fib(25), some 250,000 calls: at least twice the peer's.
final class FibonacciScenario implements Scenario {
    private static final double GOAL = 2;

    @Override
    public String name() {
        return "fib25";
    }

    @Override
    public List<Row> measure(Sitting sitting) throws IOException {
        return List.of(
                Contest.over(sitting, "fib25", Scripts.fibonacci()).row("play of fib(25)", GOAL));
    }
}
