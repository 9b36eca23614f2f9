package io.circles.benchmarks.scenario;

import io.circles.benchmarks.load.LoadGenerator;
import io.circles.benchmarks.load.Measured;
import io.circles.benchmarks.load.Mix;
import io.circles.benchmarks.load.Pace;
import io.circles.benchmarks.server.MeasuredServer;
import io.circles.benchmarks.server.RedisCircles;
import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// Trivial calls whose scripts run behind Redis, beside the same in the server's own worker
/// processes: at least half as many, and under a millisecond more at low load.
final class RedisScenario implements Scenario {
    private static final double GOAL = 0.5;
    private static final double GOAL_MS = 1;
    private static final double LOW_RATE = 50;

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public List<Row> measure(Sitting sitting) throws IOException {
        try (RedisCircles redis = sitting.newRedisCircles()) {
            return against(sitting, redis);
        }
    }

    private static List<Row> against(Sitting sitting, RedisCircles redis) throws IOException {
        MeasuredServer local = sitting.circles();
        List<KeyPair> keys = sitting.keys(sitting.settings().connections());
        warm(sitting, local, keys);
        warm(sitting, redis, keys);
        local.awaitIdle();
        redis.awaitIdle();
        // what runs when others connect has not been compiled before
        turn(sitting, redis, redis::cpu, keys, Pace.closed(), new Side());
        turn(sitting, local, local.processes()::cpu, keys, Pace.closed(), new Side());
        Side ours = new Side();
        Side theirs = new Side();
        Side low = new Side();
        Side theirLow = new Side();
        for (int pair = 0; pair < sitting.settings().pairs(); pair++) {
            sitting.say("redis, pair " + (pair + 1));
            turn(sitting, redis, redis::cpu, keys, Pace.closed(), ours);
            turn(sitting, local, local.processes()::cpu, keys, Pace.closed(), theirs);
            turn(sitting, redis, redis::cpu, keys, new Pace.Fixed(LOW_RATE), low);
            turn(sitting, local, local.processes()::cpu, keys, new Pace.Fixed(LOW_RATE), theirLow);
        }
        return List.of(rates(ours, theirs), latencies(low, theirLow));
    }

    static void warm(Sitting sitting, MeasuredServer server, List<KeyPair> keys)
            throws IOException {
        sitting.say("redis, warming up " + server.name());
        try (LoadGenerator load = LoadGenerator.connect(server.url(), keys)) {
            WarmUp.of(load, Mix.of(Scripts.call()));
        }
    }

    static void turn(
            Sitting sitting,
            MeasuredServer server,
            Supplier<Duration> cpu,
            List<KeyPair> keys,
            Pace pace,
            Side side)
            throws IOException {
        try (LoadGenerator load = LoadGenerator.connect(server.url(), keys)) {
            Duration before = cpu.get();
            Measured run = load.run(Mix.of(Scripts.call()), pace, sitting.settings().slice());
            side.add(run, cpu.get().minus(before));
        }
    }

    private static Row rates(Side redis, Side local) {
        double ratio = redis.perSecond() / local.perSecond();
        return new Row(
                "call through Redis /s",
                Row.number("%.0f", redis.perSecond()),
                Row.number("%.0f", local.perSecond()),
                Row.ratio(ratio),
                redis.detail() + " | local pool: " + local.detail(),
                Row.number("at least %.1f x", GOAL),
                Row.verdict(ratio >= GOAL));
    }

    private static Row latencies(Side redis, Side local) {
        double added = redis.percentileMs(50) - local.percentileMs(50);
        return new Row(
                "added p50 at 50 calls/s, ms",
                Row.number("%.2f", redis.percentileMs(50)),
                Row.number("%.2f", local.percentileMs(50)),
                Row.number("%.2f", added),
                Row.number("p99 %.1f", redis.percentileMs(99))
                        + Row.number(" | local pool: p99 %.1f ms", local.percentileMs(99)),
                Row.number("under %.0f", GOAL_MS),
                Row.verdict(added < GOAL_MS));
    }
}
