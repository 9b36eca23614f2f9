package io.circles.benchmarks.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.benchmarks.load.Measured;
import io.circles.benchmarks.load.RelayLoad;
import io.circles.benchmarks.server.Circles;
import io.circles.protocol.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Messages through the relay: rounds in which each of three parties broadcasts, in 1, 100 and
/// 1,000 sessions at once. There is no goal but that each message reaches both others once. The
/// peer does nothing like it.
final class RelayScenario implements Scenario {
    private static final List<Integer> SESSIONS = List.of(1, 100, 1_000);

    @Override
    public String name() {
        return "relay";
    }

    @Override
    public List<Row> measure(Sitting sitting) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (Circles circles = sitting.newCircles(circle())) {
            sitting.say("relay, waiting until the workers are warm, who have no part in it");
            circles.awaitIdle();
            for (int sessions : SESSIONS) {
                rows.add(measured(sitting, circles, sessions));
            }
        }
        return rows;
    }

    /// Everybody may take part, as often as the server can answer. What the parties of one line
    /// leave behind is over before the next one is measured.
    private static ObjectNode circle() {
        ObjectNode circle = Json.object();
        circle.putObject("access").putArray("authenticated").add("relay");
        circle.putObject("mpc").put("grace_ms", 1_000);
        circle.putObject("limits")
                .put("connections", 4_000)
                .put("relay_groups", 10_000)
                .put("relay_calls", 100_000_000);
        return circle;
    }

    private static Row measured(Sitting sitting, Circles circles, int sessions) throws IOException {
        String what = "relay, sessions: " + sessions;
        sitting.say(what + ", connecting");
        int keys = sessions * RelayLoad.PARTIES;
        try (RelayLoad load = RelayLoad.connect(circles.url(), sitting.keys(keys))) {
            sitting.say(what + ", warming up");
            WarmUp.of(time -> right(load.run(time)));
            Side side = new Side();
            for (int turn = 0; turn < sitting.settings().pairs(); turn++) {
                sitting.say(what + ", turn " + (turn + 1));
                Duration before = circles.processes().cpu();
                Measured run = right(load.run(sitting.settings().slice()));
                side.add(run, circles.processes().cpu().minus(before));
            }
            return row(what + " messages/s", side);
        }
    }

    /// Not even a cold server may lose or double a message.
    private static Measured right(Measured run) {
        if (run.wrong() > 0) {
            throw new ScenarioException(run.wrong() + " wrong: " + run.firstWrong());
        }
        return run;
    }

    private static Row row(String what, Side side) {
        String perSecond = Row.number("%.0f", side.perSecond());
        return new Row(what, perSecond, "", "", side.detail(), "", Row.Verdict.INFO);
    }
}
