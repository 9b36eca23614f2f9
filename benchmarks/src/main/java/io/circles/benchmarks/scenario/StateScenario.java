package io.circles.benchmarks.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.circles.benchmarks.load.Answer;
import io.circles.benchmarks.load.LoadGenerator;
import io.circles.benchmarks.load.Login;
import io.circles.benchmarks.load.Measured;
import io.circles.benchmarks.load.Mix;
import io.circles.benchmarks.load.Pace;
import io.circles.benchmarks.load.Request;
import io.circles.protocol.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Calls that read and write state, and whether the sums are right afterwards. The peer has none.
final class StateScenario implements Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int KEYS = 64;
    private static final int BALANCE = 1_000_000;

    @Override
    public String name() {
        return "state";
    }

    @Override
    public List<Row> measure(Sitting sitting) throws IOException {
        try (Login asking =
                        Login.open(sitting.circles().url(), sitting.keys(1).getFirst(), PATIENCE);
                LoadGenerator load =
                        LoadGenerator.connect(
                                sitting.circles().url(),
                                sitting.keys(sitting.settings().connections()))) {
            return List.of(increments(sitting, asking, load), transfers(sitting, asking, load));
        }
    }

    private static Row increments(Sitting sitting, Login asking, LoadGenerator load)
            throws IOException {
        long before = sum(asking, "counter-");
        Measured warm = run(sitting, load, "increment", StateScenario::increment);
        Measured run = run(sitting, load, "increment", StateScenario::increment);
        long counted = sum(asking, "counter-") - before;
        return row("increment /s", run, counted == warm.answered() + run.answered());
    }

    private static Row transfers(Sitting sitting, Login asking, LoadGenerator load)
            throws IOException {
        for (int account = 0; account < KEYS; account++) {
            asked(
                    asking,
                    "open",
                    Json.object().put("account", Integer.toString(account)).put("amount", BALANCE));
        }
        Measured warm = run(sitting, load, "transfer", StateScenario::transfer);
        Measured run = run(sitting, load, "transfer", StateScenario::transfer);
        long money = sum(asking, "account/");
        return row("transfer /s", run, warm.wrong() == 0 && money == (long) KEYS * BALANCE);
    }

    private static Request increment(int key) {
        return Request.call(
                "increment", Json.object().put("key", "counter-" + key), Answer.result());
    }

    private static Request transfer(int key) {
        JsonNode args =
                Json.object()
                        .put("from", Integer.toString(key))
                        .put("to", Integer.toString((key + 1) % KEYS))
                        .put("amount", 1);
        return Request.call("transfer", args.deepCopy(), Answer.result());
    }

    private static Measured run(
            Sitting sitting, LoadGenerator load, String what, IntFunction<Request> request)
            throws IOException {
        sitting.say("state, " + what);
        Mix mix = Mix.inTurn(IntStream.range(0, KEYS).mapToObj(request).toList());
        Measured run = load.run(mix, Pace.closed(), sitting.settings().slice());
        if (run.wrong() > 0) {
            throw new ScenarioException(run.wrong() + " wrong answers: " + run.firstWrong());
        }
        return run;
    }

    private static long sum(Login asking, String prefix) throws IOException {
        ArrayNode keys = Json.array();
        Stream.iterate(0, key -> key < KEYS, key -> key + 1).forEach(key -> keys.add(prefix + key));
        long sum = 0;
        for (JsonNode value : asked(asking, "read", Json.object().set("keys", keys))) {
            sum += value.asLong();
        }
        return sum;
    }

    private static JsonNode asked(Login asking, String function, JsonNode args) throws IOException {
        JsonNode answer =
                Json.parse(asking.ask(Request.call(function, args.deepCopy(), Answer.result())));
        if (!answer.has("result")) {
            throw new ScenarioException(function + ": " + answer.path("error"));
        }
        return answer.path("result").path("value");
    }

    private static Row row(String what, Measured run, boolean right) {
        return new Row(
                "call of " + what,
                Row.number("%.0f", run.perSecond()),
                "",
                "",
                Row.number("p50 %.1f ", run.percentileMs(50))
                        + Row.number("p99 %.1f ms", run.percentileMs(99)),
                "sums right",
                Row.verdict(right));
    }
}
