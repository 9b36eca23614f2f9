package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.script.state.CommitResult.Committed;
import io.circles.script.state.CommitResult.Conflict;
import io.circles.script.state.StateView.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs beside each other are as if one came after the other.
@Timeout(60)
abstract class SerializabilityContract extends StateContract {
    private static final int ACCOUNTS = 20;

    @Test
    void transfersBesideEachOtherKeepTheSum() throws Exception {
        StateStore store = open();
        write(
                store,
                view -> {
                    for (int i = 0; i < ACCOUNTS; i++) {
                        view.set("account/" + i, "100");
                    }
                });
        List<Callable<Void>> transfers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Random random = new Random(i);
            transfers.add(() -> untilCommitted(store, view -> transfer(view, random)));
        }
        beside(16, transfers);

        List<Integer> balances =
                entries(store).stream().map(e -> Integer.parseInt(e.value())).toList();
        assertThat(balances).hasSize(ACCOUNTS).allMatch(balance -> balance >= 0);
        assertThat(balances.stream().mapToInt(i -> i).sum()).isEqualTo(ACCOUNTS * 100);
    }

    private static void transfer(StateView view, Random random) {
        String from = "account/" + random.nextInt(ACCOUNTS);
        String to = "account/" + random.nextInt(ACCOUNTS);
        int amount = random.nextInt(80);
        int have = number(view.get(from));
        if (have >= amount && !from.equals(to)) {
            view.set(from, Integer.toString(have - amount));
            view.set(to, Integer.toString(number(view.get(to)) + amount));
        }
    }

    private static int number(@Nullable String value) {
        return value == null ? 0 : Integer.parseInt(value);
    }

    private Void untilCommitted(StateStore store, Consumer<StateView> script)
            throws InterruptedException {
        while (commit(store, run(store, script)) instanceof Conflict) {
            Thread.onSpinWait();
        }
        return null;
    }

    private static void beside(int threads, List<Callable<Void>> tasks) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (Future<Void> done : executor.invokeAll(tasks)) {
                done.get();
            }
        }
    }

    /// A run that was committed: what it saw, in words, and how it can be run again.
    private record Done(Committed commit, long seed, String saw) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aRandomHistoryHasAnOrderInWhichEachRunSeesTheSame(long seed) throws Exception {
        StateStore store = open();
        List<Done> history = new ArrayList<>();
        List<Callable<Void>> runs = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            long own = seed * 1_000_003 + i;
            runs.add(() -> once(store, own, history));
        }
        beside(8, runs);

        assertThat(history).hasSizeGreaterThan(100);
        replay(history);
    }

    private Void once(StateStore store, long seed, List<Done> history) throws InterruptedException {
        StringBuilder saw = new StringBuilder();
        Transaction transaction = run(store, view -> randomRun(new Random(seed), view, saw));
        if (commit(store, transaction) instanceof Committed done) {
            synchronized (history) {
                history.add(new Done(done, seed, saw.toString()));
            }
        }
        return null;
    }

    private void replay(List<Done> history) throws InterruptedException {
        history.sort(Comparator.comparingLong(done -> done.commit.version()));
        StateStore alone = make("alone", MIB, clock, _ -> {});
        try (alone) {
            for (Done done : history) {
                StringBuilder saw = new StringBuilder();
                write(alone, view -> randomRun(new Random(done.seed), view, saw));
                assertThat(saw.toString()).isEqualTo(done.saw);
            }
            TreeMap<String, String> here = new TreeMap<>();
            entries(alone).forEach(entry -> here.put(entry.key(), entry.value()));
            TreeMap<String, String> there = new TreeMap<>();
            for (Entry entry : entries(open())) {
                there.put(entry.key(), entry.value());
            }
            assertThat(here).isEqualTo(there);
        }
    }

    /// Always writes, so that each has a version of its own.
    private static void randomRun(Random random, StateView view, StringBuilder saw) {
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            String key = key(random);
            switch (random.nextInt(4)) {
                case 0 -> saw.append(view.get(key)).append(';');
                case 1 -> saw.append(view.delete(key)).append(';');
                case 2 ->
                        saw.append(view.list(key.substring(0, 1), null, 1 + random.nextInt(4)))
                                .append(';');
                default -> view.set(key, Integer.toString(saw.toString().hashCode()));
            }
        }
        view.set(key(random), Integer.toString(saw.toString().hashCode()));
    }

    private static String key(Random random) {
        return "abc".charAt(random.nextInt(3)) + Integer.toString(random.nextInt(8));
    }
}
