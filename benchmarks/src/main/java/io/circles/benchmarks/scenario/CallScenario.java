package io.circles.benchmarks.scenario;

import io.circles.benchmarks.load.Mix;
import java.io.IOException;
import java.util.List;

/// Trivial calls: at least ten times the peer's plays, and no fewer than its own calls.
final class CallScenario implements Scenario {
    private static final double TIMES_PLAYS = 10;

    @Override
    public String name() {
        return "call";
    }

    @Override
    public List<Row> measure(Sitting sitting) throws IOException {
        Mix call = Mix.of(Scripts.call());
        Contest calls = Contest.over(sitting, "call", call);
        Contest callsAndPlays = Contest.over(sitting, "call and play", call, Scripts.plays());
        return List.of(
                calls.row("trivial call", 1), callsAndPlays.row("call, peer's play", TIMES_PLAYS));
    }
}
