package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The Java client comes through every scenario of `client-conformance`.
///
/// One server serves all of them, since to start one for each takes longer than all the rest.
/// Scenarios are mostly waiting: those that leave the server alone run beside each other, the
/// others one by one when those have ended.
@Timeout(300)
class ConformanceIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir private static Path folder;
    private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();
    private static final Map<Scenario, Future<?>> BESIDE_EACH_OTHER = new LinkedHashMap<>();
    private static ScenarioServer server;

    @BeforeAll
    static void serve() throws Exception {
        server = ScenarioServer.serve(folder, Scenario.all());
        for (Scenario scenario : Scenario.all()) {
            if (!scenario.restarts()) {
                BESIDE_EACH_OTHER.put(scenario, THREADS.submit(() -> carryOut(scenario)));
            }
        }
    }

    @AfterAll
    static void stop() {
        THREADS.shutdownNow();
        server.close();
    }

    @Test
    void thereAreScenarios() {
        assertThat(Scenario.all()).hasSizeGreaterThan(10);
        assertThat(BESIDE_EACH_OTHER).isNotEmpty().hasSizeLessThan(Scenario.all().size());
    }

    @ParameterizedTest
    @MethodSource("io.circles.launcher.Scenario#all")
    void theClientComesThrough(Scenario scenario) throws Exception {
        Future<?> running = BESIDE_EACH_OTHER.get(scenario);
        if (running == null) {
            await().atMost(PATIENCE)
                    .until(() -> BESIDE_EACH_OTHER.values().stream().allMatch(Future::isDone));
            carryOut(scenario);
            return;
        }
        try {
            running.get();
        } catch (ExecutionException e) {
            throw new AssertionError(scenario.toString(), e.getCause());
        }
    }

    private static Void carryOut(Scenario scenario) throws Exception {
        try (ScenarioRun run = new ScenarioRun(scenario, server)) {
            int number = 0;
            for (JsonNode step : scenario.steps()) {
                number++;
                try {
                    run.step(step);
                } catch (Exception | AssertionError e) {
                    throw new AssertionError("step " + number + " of " + scenario + ": " + step, e);
                }
            }
        }
        return null;
    }
}
