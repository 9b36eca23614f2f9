package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.script.state.Commit.NewEffect;
import io.circles.script.state.Commit.RunRecord;
import io.circles.script.state.CommitResult.Committed;
import io.circles.script.state.StateView.Entry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/// A store and what its tests do with it.
abstract class StateContract {
    static final long MIB = 1L << 20;
    static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final List<AutoCloseable> opened = new ArrayList<>();

    final StateReader reader = new StateReader();
    final List<LoggedEffect> told = Collections.synchronizedList(new ArrayList<>());
    final InstantSource clock = now::get;

    /// The store of a circle; a second one with the same name, after the first is closed, is the
    /// same state.
    abstract StateStore make(
            String circle,
            long mostBytes,
            InstantSource time,
            Consumer<List<LoggedEffect>> committed);

    @AfterEach
    void closeAll() throws Exception {
        reader.close();
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    StateStore open() {
        return open(MIB);
    }

    StateStore open(long mostBytes) {
        StateStore store = make("circle", mostBytes, clock, told::addAll);
        opened.add(store);
        return store;
    }

    void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    StateView view(StateStore store) {
        StateView view = reader.open(Optional.of(store.url()));
        opened.add(view);
        return view;
    }

    @Nullable String value(StateStore store, String key) {
        try (StateView view = reader.open(Optional.of(store.url()))) {
            return view.get(key);
        }
    }

    List<Entry> entries(StateStore store) {
        try (StateView view = reader.open(Optional.of(store.url()))) {
            return view.list("", null, Integer.MAX_VALUE);
        }
    }

    Transaction run(StateStore store, Consumer<StateView> script) {
        try (StateView view = reader.open(Optional.of(store.url()))) {
            script.accept(view);
            return view.transaction();
        }
    }

    static CommitResult commit(StateStore store, Transaction transaction)
            throws InterruptedException {
        return store.commit(
                new Commit(
                        UUID.randomUUID().toString(),
                        transaction,
                        List.of(),
                        Optional.empty(),
                        Optional.empty()));
    }

    Committed write(StateStore store, Consumer<StateView> script) throws InterruptedException {
        CommitResult result = commit(store, run(store, script));
        assertThat(result).isInstanceOf(Committed.class);
        return (Committed) result;
    }

    static Commit kept(String id, String result) {
        return new Commit(
                id,
                Transaction.NONE,
                List.of(),
                Optional.of(new RunRecord("digest", result)),
                Optional.empty());
    }

    static Commit withEffects(String id, String... bodies) {
        List<NewEffect> effects = new ArrayList<>();
        for (String body : bodies) {
            effects.add(new NewEffect("publish", body, false));
        }
        return new Commit(id, Transaction.NONE, effects, Optional.empty(), Optional.empty());
    }

    static Commit lasting(String id, String... bodies) {
        List<NewEffect> effects = new ArrayList<>();
        for (String body : bodies) {
            effects.add(new NewEffect("sign", body, true));
        }
        return new Commit(id, Transaction.NONE, effects, Optional.empty(), Optional.empty());
    }

    static Commit ofOccasion(String id, String occasion, String... bodies) {
        return new Commit(
                id,
                Transaction.NONE,
                withEffects(id, bodies).effects(),
                Optional.empty(),
                Optional.of(occasion));
    }
}
