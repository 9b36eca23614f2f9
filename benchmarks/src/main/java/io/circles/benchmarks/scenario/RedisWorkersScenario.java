package io.circles.benchmarks.scenario;

import io.circles.benchmarks.load.Pace;
import io.circles.benchmarks.server.RedisCircles;
import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Trivial calls whose scripts run behind Redis, in 1, 2 and 4 worker processes.
final class RedisWorkersScenario implements Scenario {
    private static final List<Integer> WORKERS = List.of(1, 2, 4);

    @Override
    public String name() {
        return "redis-workers";
    }

    @Override
    public List<Row> measure(Sitting sitting) throws IOException {
        try (RedisCircles redis = sitting.newRedisCircles()) {
            List<Row> rows = new ArrayList<>();
            for (int workers : WORKERS) {
                while (redis.workers() < workers) {
                    redis.addWorker();
                }
                rows.add(row(sitting, redis));
            }
            return rows;
        }
    }

    private static Row row(Sitting sitting, RedisCircles redis) throws IOException {
        List<KeyPair> keys = sitting.keys(sitting.settings().connections());
        RedisScenario.warm(sitting, redis, keys);
        redis.awaitIdle();
        Side side = new Side();
        for (int turn = 0; turn < sitting.settings().pairs(); turn++) {
            RedisScenario.turn(sitting, redis, redis::cpu, keys, Pace.closed(), side);
        }
        return new Row(
                "call, %d workers /s".formatted(redis.workers()),
                Row.number("%.0f", side.perSecond()),
                "",
                "",
                side.detail(),
                "",
                Row.Verdict.INFO);
    }
}
