package io.circles.benchmarks.scenario;

import java.io.IOException;
import java.util.List;

/// Trivial plays: at least twice the peer's, by a server that compiles.
final class PlayScenario implements Scenario {
    private static final double GOAL = 2;

    @Override
    public String name() {
        return "play";
    }

    @Override
    public List<Row> measure(Sitting sitting) throws IOException {
        boolean compiles = sitting.circles().compiles();
        Row engine =
                new Row(
                        "engine",
                        compiles ? "compiled" : "interpreted",
                        "",
                        "",
                        "what ./circles up says",
                        "GraalVM CE",
                        Row.verdict(compiles));
        Row plays = Contest.over(sitting, "play", Scripts.plays()).row("trivial play", GOAL);
        return List.of(engine, plays);
    }
}
