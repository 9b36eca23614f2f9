package io.circles.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import io.circles.script.contract.Plays;
import io.circles.script.state.StateReader;
import io.circles.script.state.StateStore;
import io.circles.script.state.StateView;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Many runs that share the keys they read and write: each is as if it had been alone, and none
/// starves.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HotKeyIT {
    private static final int CALLERS = 16;
    private static final int EACH = 20;
    private static final int ACCOUNTS = 8;

    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final StateReader reader = new StateReader();
    private StateStore store;

    @BeforeEach
    void start(@TempDir Path folder) {
        store =
                new StateStore(
                        folder.resolve("state.db"),
                        1 << 20,
                        writers,
                        InstantSource.system(),
                        effects -> {});
    }

    @AfterEach
    void stop() {
        reader.close();
        store.close();
        writers.shutdownNow();
        threads.shutdownNow();
    }

    /// Does something with a view of the state, and has its text as the output.
    private record Doing(BiFunction<ScriptJob, StateView, String> work, StateReader reader)
            implements ScriptExecutor {
        @Override
        public ScriptOutcome execute(ScriptJob job) {
            try (StateView state = reader.open(job.environment().state())) {
                String output = work.apply(job, state);
                ScriptResult result =
                        new ScriptResult(
                                output, Json.text(output), List.of(), new CircleApi.Usage(1, 1, 1));
                return new ScriptOutcome(result, state.transaction(), List.of(), false);
            }
        }

        @Override
        public String description() {
            return "a test's";
        }

        @Override
        public void close() {}
    }

    private static String add(StateView state, String key, long amount) {
        String before = state.get(key);
        String after = String.valueOf((before == null ? 0 : Long.parseLong(before)) + amount);
        state.set(key, after);
        return after;
    }

    private ScriptRunner runner(BiFunction<ScriptJob, StateView, String> work) {
        return new ScriptRunner(new Doing(work, reader), store, new Random(1));
    }

    /// What each of so many callers got, one call after the other.
    private List<String> results(ScriptRunner runner) throws Exception {
        List<Future<List<String>>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(
                    threads.submit(
                            () -> {
                                List<String> results = new ArrayList<>();
                                for (int run = 0; run < EACH; run++) {
                                    results.add(runner.run(job(), null).output());
                                }
                                return results;
                            }));
        }
        List<String> results = new ArrayList<>();
        for (Future<List<String>> each : callers) {
            results.addAll(each.get(30, TimeUnit.SECONDS));
        }
        return results;
    }

    private ScriptJob job() {
        return new ScriptJob(
                UUID.randomUUID().toString(),
                ScriptEnvironment.of(Plays.CIRCLE, "test").withState(store.url()),
                Caller.of(Plays.ALICE),
                Set.of(Capability.WRITE),
                new ScriptTask.Play(""),
                null,
                ScriptLimits.DEFAULTS);
    }

    @Test
    void everyIncrementCountsOnce() throws Exception {
        ScriptRunner runner = runner((_, state) -> add(state, "count", 1));

        assertThat(results(runner)).doesNotHaveDuplicates().hasSize(CALLERS * EACH);
        try (StateView state = reader.open(Optional.of(store.url()))) {
            assertThat(state.get("count")).isEqualTo(String.valueOf(CALLERS * EACH));
        }
    }

    /// Every run shares each of its two keys with another caller's.
    @Test
    void noneOfManyTransfersInARingIsAConflict() throws Exception {
        ScriptRunner runner =
                runner(
                        (job, state) -> {
                            int from = Math.floorMod(job.id().hashCode(), ACCOUNTS);
                            add(state, "account/" + from, -1);
                            return add(state, "account/" + (from + 1) % ACCOUNTS, 1);
                        });

        assertThat(results(runner)).hasSize(CALLERS * EACH);
        long sum = 0;
        try (StateView state = reader.open(Optional.of(store.url()))) {
            for (int account = 0; account < ACCOUNTS; account++) {
                sum += Long.parseLong(state.get("account/" + account));
            }
        }
        assertThat(sum).isZero();
    }
}
