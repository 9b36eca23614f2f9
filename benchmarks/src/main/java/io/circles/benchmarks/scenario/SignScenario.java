package io.circles.benchmarks.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.benchmarks.load.SignLoad;
import io.circles.benchmarks.load.Signing;
import io.circles.benchmarks.server.Circles;
import io.circles.protocol.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Round trips of `POST /sign`, from the request to the signature of a connected signer, with one
/// of them and with a thousand. There is no goal but that each is signed once and right. The peer
/// does nothing like it.
final class SignScenario implements Scenario {
    private static final List<Integer> SIGNERS = List.of(1, 1_000);

    @Override
    public String name() {
        return "sign";
    }

    @Override
    public List<Row> measure(Sitting sitting) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (Circles circles = sitting.newCircles(circle())) {
            sitting.say("sign, waiting until the workers are warm, who have no part in it");
            circles.awaitIdle();
            for (int signers : SIGNERS) {
                rows.add(measured(sitting, circles, signers));
            }
        }
        return rows;
    }

    /// Everybody may ask, as often as the server can answer.
    private static ObjectNode circle() {
        ObjectNode circle = Json.object();
        circle.putObject("sigsocket").put("open", true);
        circle.putObject("limits").put("connections", 2_000).put("sign_requests", 10_000_000);
        return circle;
    }

    private static Row measured(Sitting sitting, Circles circles, int signers) throws IOException {
        String what = "sign, signers: " + signers;
        sitting.say(what + ", connecting");
        try (SignLoad load = SignLoad.connect(circles.url(), sitting.keys(signers))) {
            sitting.say(what + ", warming up");
            WarmUp.of(time -> right(load.run(time)).measured());
            Side side = new Side();
            Duration crypto = Duration.ZERO;
            for (int turn = 0; turn < sitting.settings().pairs(); turn++) {
                sitting.say(what + ", turn " + (turn + 1));
                Duration before = circles.processes().cpu();
                Signing run = right(load.run(sitting.settings().slice()));
                side.add(run.measured(), circles.processes().cpu().minus(before));
                crypto = crypto.plus(run.crypto());
            }
            return row(what + " /s", side, crypto);
        }
    }

    /// Not even a cold server may answer wrongly here: what was signed is known for good.
    private static Signing right(Signing run) {
        if (run.measured().wrong() > 0) {
            throw new ScenarioException(
                    run.measured().wrong() + " wrong answers: " + run.measured().firstWrong());
        }
        return run;
    }

    private static Row row(String what, Side side, Duration crypto) {
        return new Row(
                what,
                Row.number("%.0f", side.perSecond()),
                "",
                "",
                side.detail() + Row.number(", %.0f of it to sign and verify", side.micros(crypto)),
                "",
                Row.Verdict.INFO);
    }
}
