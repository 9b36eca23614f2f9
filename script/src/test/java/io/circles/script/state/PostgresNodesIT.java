package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.state.CommitResult.Committed;
import io.circles.script.state.CommitResult.Conflict;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two servers that write the same states.
@Timeout(90)
class PostgresNodesIT {
    private static final int RUNS = 300;

    private final SecureRandom random = new SecureRandom();
    private final PublicKey circle = KeyPair.generate(random).publicKey();
    private final List<LoggedEffect> told = Collections.synchronizedList(new ArrayList<>());
    private final StateReader reader = new StateReader();
    private final List<Node> nodes = new ArrayList<>();
    private PostgresDatabase database;

    /// What one server has.
    private record Node(SharedDatabase shared, ScheduledExecutorService writers, StateStore store) {
        void close() {
            store.close();
            writers.shutdownNow();
            shared.close();
        }
    }

    @BeforeEach
    void start() {
        database = PostgresDatabase.create();
        for (int i = 0; i < 2; i++) {
            SharedDatabase shared = SharedDatabase.open(database.address());
            ScheduledExecutorService writers = Executors.newScheduledThreadPool(4);
            nodes.add(new Node(shared, writers, store(shared, writers, circle)));
        }
    }

    private StateStore store(
            SharedDatabase shared, ScheduledExecutorService writers, PublicKey key) {
        return shared.store(key, 1 << 20, writers, InstantSource.system(), told::addAll);
    }

    @AfterEach
    void stop() {
        reader.close();
        nodes.forEach(Node::close);
        if (database != null) {
            database.close();
        }
    }

    private static void beside(List<Callable<Void>> tasks) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (Future<Void> each : threads.invokeAll(tasks)) {
                each.get();
            }
        }
    }

    /// Reads a counter and writes one more.
    private CommitResult increment(StateStore store, String id) throws InterruptedException {
        try (StateView view = reader.open(Optional.of(store.url()))) {
            String there = view.get("counter");
            int value = there == null ? 0 : Integer.parseInt(there);
            view.set("counter", Integer.toString(value + 1));
            return store.commit(
                    new Commit(
                            id,
                            view.transaction(),
                            List.of(new Commit.NewEffect("publish", id, true)),
                            Optional.empty(),
                            Optional.of("occasion" + id)));
        }
    }

    @Test
    void runsOfBothAreAsIfOneCameAfterTheOtherAndNumberedWithoutGaps() throws Exception {
        List<Committed> done = Collections.synchronizedList(new ArrayList<>());
        List<Callable<Void>> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            String id = "run" + i;
            StateStore store = nodes.get(i % 2).store();
            runs.add(
                    () -> {
                        CommitResult result = increment(store, id);
                        while (result instanceof Conflict) {
                            result = increment(store, id);
                        }
                        done.add((Committed) result);
                        return null;
                    });
        }
        beside(runs);

        List<Long> all = LongStream.rangeClosed(1, RUNS).boxed().toList();
        StateStore one = nodes.getFirst().store();
        try (StateView view = reader.open(Optional.of(one.url()))) {
            assertThat(view.get("counter")).isEqualTo(Integer.toString(RUNS));
        }
        assertThat(done).extracting(Committed::version).containsExactlyInAnyOrderElementsOf(all);
        assertThat(done)
                .extracting(Committed::firstEffect)
                .containsExactlyInAnyOrderElementsOf(all);
        assertThat(told).extracting(LoggedEffect::number).containsExactlyInAnyOrderElementsOf(all);
        assertThat(one.unhandled(0, RUNS)).extracting(LoggedEffect::number).isEqualTo(all);
    }

    @Test
    void theSameRunIsCommittedOnceWhoeverIsAsked() throws Exception {
        List<CommitResult> results = Collections.synchronizedList(new ArrayList<>());
        List<Callable<Void>> runs = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            String id = "run" + i / 4;
            StateStore store = nodes.get(i % 2).store();
            runs.add(
                    () -> {
                        results.add(
                                store.commit(
                                        new Commit(
                                                id,
                                                Transaction.NONE,
                                                List.of(new Commit.NewEffect("publish", id, false)),
                                                Optional.of(new Commit.RunRecord("d", id)),
                                                Optional.empty())));
                        return null;
                    });
        }
        beside(runs);

        assertThat(results).filteredOn(Committed.class::isInstance).hasSize(16);
        assertThat(nodes.getLast().store().lastEffect()).isEqualTo(16);
    }

    private static Commit lasting(String id, String kind) {
        return new Commit(
                id,
                Transaction.NONE,
                List.of(new Commit.NewEffect(kind, id, true)),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void whatOneHasTakenTheOtherIsNotGivenWhateverBecomesOfTheFirst() throws Exception {
        StateStore one = nodes.getFirst().store();
        StateStore other = nodes.getLast().store();
        one.commit(lasting("1", "sign"));
        one.commit(lasting("2", "cancel"));
        assertThat(one.take("one", "sign", 0, 9)).hasSize(2);
        other.commit(lasting("3", "sign"));

        assertThat(other.take("other", "sign", 0, 9))
                .as("what is not of that kind is for whoever can do it")
                .extracting(LoggedEffect::number)
                .containsExactly(2L, 3L);
        assertThat(one.take("one", "sign", 0, 9))
                .extracting(LoggedEffect::number)
                .containsExactly(1L, 2L);
        one.handled(List.of(1L, 2L));
        assertThat(other.unhandled(0, 9)).extracting(LoggedEffect::number).containsExactly(3L);
    }

    @Test
    void whoeverTakesAtTheSameTimeEachIsTakenOnce() throws Exception {
        List<Long> taken = Collections.synchronizedList(new ArrayList<>());
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            StateStore store = nodes.get(i).store();
            String name = "taker" + i;
            tasks.add(
                    () -> {
                        for (int n = 0; n < RUNS / 2; n++) {
                            store.commit(lasting(name + n, "sign"));
                        }
                        return null;
                    });
            tasks.add(
                    () -> {
                        while (taken.size() < RUNS) {
                            List<Long> page =
                                    store.take(name, "sign", 0, 7).stream()
                                            .map(LoggedEffect::number)
                                            .toList();
                            taken.addAll(page);
                            store.handled(page);
                        }
                        return null;
                    });
        }
        beside(tasks);

        assertThat(taken)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, RUNS).boxed().toList());
        assertThat(nodes.getFirst().store().unhandled(0, 9)).isEmpty();
    }

    @Test
    void manyCirclesAreInNobodysWay() throws Exception {
        List<Callable<Void>> runs = new ArrayList<>();
        List<StateStore> stores = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            PublicKey key = KeyPair.generate(random).publicKey();
            for (Node node : nodes) {
                stores.add(store(node.shared(), node.writers(), key));
            }
        }
        for (int i = 0; i < 400; i++) {
            StateStore store = stores.get(i % stores.size());
            String id = "run" + i;
            runs.add(
                    () -> {
                        while (increment(store, id) instanceof Conflict) {
                            Thread.onSpinWait();
                        }
                        return null;
                    });
        }
        beside(runs);

        for (StateStore store : stores) {
            try (StateView view = reader.open(Optional.of(store.url()))) {
                assertThat(view.get("counter")).isEqualTo("20");
                assertThat(view.transaction().snapshot()).isEqualTo(20);
            }
            assertThat(store.lastEffect()).isEqualTo(20);
            store.close();
        }
    }
}
