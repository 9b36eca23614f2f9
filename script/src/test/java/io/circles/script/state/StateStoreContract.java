package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.state.Commit.RunRecord;
import io.circles.script.state.CommitResult.Committed;
import io.circles.script.state.CommitResult.Conflict;
import io.circles.script.state.CommitResult.Known;
import io.circles.script.state.StateView.Entry;
import io.circles.script.state.Transaction.Write;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a store does with commits.
abstract class StateStoreContract extends StateContract {
    @Test
    void whatIsCommittedIsSeenByTheNextRun() throws InterruptedException {
        StateStore store = open();

        Committed first = write(store, view -> view.set("a", "1"));
        Committed second = write(store, view -> view.set("b", "2"));

        assertThat(first.version()).isEqualTo(1);
        assertThat(second.version()).isEqualTo(2);
        assertThat(entries(store)).containsExactly(new Entry("a", "1"), new Entry("b", "2"));
    }

    /// Commits again and again, each on a thread that is interrupted meanwhile.
    @Test
    void whatIsInterruptedIsCommittedOrNotAsItsCallerIsTold() throws InterruptedException {
        StateStore store = open();
        Map<String, Boolean> told = new ConcurrentHashMap<>();
        for (int i = 0; i < 300; i++) {
            String key = "k%03d".formatted(i);
            Transaction transaction = run(store, view -> view.set(key, "1"));
            CountDownLatch begins = new CountDownLatch(1);
            Thread thread =
                    Thread.startVirtualThread(
                            () -> {
                                begins.countDown();
                                try {
                                    told.put(key, commit(store, transaction) instanceof Committed);
                                } catch (InterruptedException _) {
                                    told.put(key, false);
                                }
                            });
            begins.await();
            for (int spin = ThreadLocalRandom.current().nextInt(20_000); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            thread.interrupt();
            thread.join();
        }
        write(store, view -> view.set("last", "1")); // and all before it are done

        for (String key : told.keySet()) {
            assertThat(value(store, key) != null).as(key).isEqualTo(told.get(key));
        }
        assertThat(told).hasSize(300);
    }

    @Test
    void aRestartKeepsEverything() throws InterruptedException {
        StateStore store = open();
        write(store, view -> view.set("a", "1"));
        store.commit(kept("known", "true"));
        store.commit(withEffects("effects", "1", "2"));
        store.close();

        StateStore again = open();

        assertThat(value(again, "a")).isEqualTo("1");
        assertThat(again.run("known")).contains(new RunRecord("digest", "true"));
        assertThat(again.effects(0, 9)).extracting(LoggedEffect::body).containsExactly("1", "2");
        assertThat(again.lastEffect()).isEqualTo(2);
        assertThat(again.commit(withEffects("more", "3"))).isEqualTo(new Committed(1, 3));
    }

    @Test
    void aStoreWithoutCommitsAnswersAllQuestions() throws InterruptedException {
        StateStore store = open();

        assertThat(store.run("any")).isEmpty();
        assertThat(store.effects(0, 9)).isEmpty();
        assertThat(store.lastEffect()).isZero();
        assertThat(store.unhandled(0, 9)).isEmpty();
        assertThat(store.hasOccasion("any")).isFalse();
        store.handled(List.of(5L));
        assertThat(value(store, "a")).isNull();
    }

    @Test
    void aKeyThatChangedSinceItWasReadIsAConflict() throws InterruptedException {
        StateStore store = open();
        write(store, view -> view.set("a", "1"));
        Transaction late =
                run(
                        store,
                        view -> {
                            view.get("a");
                            view.set("b", "late");
                        });
        write(store, view -> view.set("a", "2"));

        assertThat(commit(store, late)).isEqualTo(new Conflict("a"));
        assertThat(value(store, "b")).isNull();
    }

    @Test
    void aKeyThatWasNotThereAndIsNowIsAConflict() throws InterruptedException {
        StateStore store = open();
        Transaction late =
                run(
                        store,
                        view -> {
                            view.get("a");
                            view.set("a", "late");
                        });
        write(store, view -> view.set("a", "1"));

        assertThat(commit(store, late)).isEqualTo(new Conflict("a"));
    }

    @Test
    void aKeyThatWasDeletedSinceIsAConflict() throws InterruptedException {
        StateStore store = open();
        write(store, view -> view.set("a", "1"));
        Transaction late = run(store, view -> view.delete("a"));
        assertThat(commit(store, late)).isInstanceOf(Committed.class);

        assertThat(commit(store, late)).isEqualTo(new Conflict("a"));
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 33, 100})
    void ofManyKeysThatWereReadTheOneThatChangedIsAConflict(int keys) throws InterruptedException {
        StateStore store = open();
        for (int changed : List.of(0, keys / 2, keys - 1)) {
            Transaction all = run(store, view -> readAndWrite(view, keys));
            Transaction late = run(store, view -> readAndWrite(view, keys));
            assertThat(commit(store, all)).isInstanceOf(Committed.class);
            assertThat(commit(store, late)).isEqualTo(new Conflict("k0"));

            late = run(store, view -> readAndWrite(view, keys));
            write(store, view -> view.set("k" + changed, "1"));
            assertThat(commit(store, late)).isEqualTo(new Conflict("k" + changed));
        }
    }

    private static void readAndWrite(StateView view, int keys) {
        for (int i = 0; i < keys; i++) {
            view.get("k" + i);
            view.set("k" + i, "1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 33, 100})
    void manyKeysTakeAsMuchAsEachAndGiveItBack(int keys) throws InterruptedException {
        int most = 4 * keys;
        StateStore store = open(most);
        write(store, view -> fill(view, keys, "1"));
        write(store, view -> fill(view, keys, "2"));

        assertThat(stateLimit(store, view -> fill(view, keys, "10")))
                .hasMessageContaining("%d bytes of %d".formatted(5 * keys, most));
        write(store, view -> view.list("", null, keys).forEach(e -> view.delete(e.key())));
        write(store, view -> view.set("k", "x".repeat(most - 1)));
    }

    private static void fill(StateView view, int keys, String value) {
        for (int i = 0; i < keys; i++) {
            view.set("%03d".formatted(i), value);
        }
    }

    @Test
    void whatWasOnlyWrittenNeverConflicts() throws InterruptedException {
        StateStore store = open();
        Transaction late = run(store, view -> view.set("a", "late"));
        write(store, view -> view.set("a", "1"));

        assertThat(commit(store, late)).isInstanceOf(Committed.class);
        assertThat(value(store, "a")).isEqualTo("late");
    }

    @Test
    void twoRunsThatReadBothKeysAndWriteOneEachCannotBothCommit() throws InterruptedException {
        StateStore store = open();
        write(
                store,
                view -> {
                    view.set("x", "1");
                    view.set("y", "1");
                });
        Transaction one = run(store, view -> takeIfBoth(view, "x"));
        Transaction other = run(store, view -> takeIfBoth(view, "y"));

        assertThat(commit(store, one)).isInstanceOf(Committed.class);
        assertThat(commit(store, other)).isEqualTo(new Conflict("x"));
    }

    private static void takeIfBoth(StateView view, String mine) {
        if ("1".equals(view.get("x")) && "1".equals(view.get("y"))) {
            view.set(mine, "0");
        }
    }

    @Test
    void anEntryThatCameIntoAListedRangeIsAConflict() throws InterruptedException {
        StateStore store = open();
        Transaction late = run(store, StateStoreContract::count);
        write(store, view -> view.set("item/1", "1"));

        assertThat(commit(store, late)).isEqualTo(new Conflict("item/"));
    }

    @Test
    void anEntryThatLeftAListedRangeIsAConflict() throws InterruptedException {
        StateStore store = open();
        write(store, view -> view.set("item/1", "1"));
        Transaction late = run(store, StateStoreContract::count);
        write(store, view -> view.delete("item/1"));

        assertThat(commit(store, late)).isEqualTo(new Conflict("item/"));
    }

    @Test
    void anEntryThatTookAnothersPlaceInAListedRangeIsAConflict() throws InterruptedException {
        StateStore store = open();
        write(store, view -> view.set("item/1", "1"));
        Transaction late = run(store, StateStoreContract::count);
        write(
                store,
                view -> {
                    view.delete("item/1");
                    view.set("item/2", "1");
                });

        assertThat(commit(store, late)).isEqualTo(new Conflict("item/"));
    }

    @Test
    void anEntryOutsideOfAListedRangeIsNoConflict() throws InterruptedException {
        StateStore store = open();
        write(
                store,
                view -> {
                    view.set("item/1", "1");
                    view.set("item/2", "1");
                });
        Transaction late =
                run(
                        store,
                        view -> {
                            view.list("item/", null, 1);
                            view.set("first", "1");
                        });
        write(store, view -> view.set("item/11", "1"));
        write(store, view -> view.set("iten", "1"));

        assertThat(commit(store, late)).isInstanceOf(Committed.class);
    }

    private static void count(StateView view) {
        view.set("count", Integer.toString(view.list("item/", null, 99).size()));
    }

    @Test
    void aRunIsCommittedOnce() throws InterruptedException {
        StateStore store = open();
        Transaction transaction = run(store, view -> view.set("a", "1"));
        Commit bare = new Commit("run", transaction, List.of(), Optional.empty(), Optional.empty());

        assertThat(store.commit(bare)).isInstanceOf(Committed.class);
        write(store, view -> view.set("a", "2"));

        assertThat(store.commit(bare)).isEqualTo(new Known(Optional.empty()));
        assertThat(value(store, "a")).isEqualTo("2");
        assertThat(store.run("run")).isEmpty();
    }

    @Test
    void aRunThatConflictedCanBeCommittedLater() throws InterruptedException {
        StateStore store = open();
        Transaction late = run(store, view -> view.get("a"));
        write(store, view -> view.set("a", "1"));
        Commit first = new Commit("run", late, List.of(), Optional.empty(), Optional.empty());
        assertThat(store.commit(first)).isInstanceOf(Conflict.class);

        Commit second =
                new Commit("run", Transaction.NONE, List.of(), Optional.empty(), Optional.empty());
        assertThat(store.commit(second)).isInstanceOf(Committed.class);
    }

    @Test
    void aResultIsKeptForADay() throws InterruptedException {
        StateStore store = open();
        store.commit(kept("run", "1"));

        pass(Duration.ofHours(24).minusMillis(1));
        assertThat(store.run("run")).contains(new RunRecord("digest", "1"));
        assertThat(store.commit(kept("run", "2")))
                .isEqualTo(new Known(Optional.of(new RunRecord("digest", "1"))));

        pass(Duration.ofMillis(1));
        assertThat(store.run("run")).isEmpty();
        assertThat(store.commit(kept("run", "3"))).isInstanceOf(Committed.class);
        assertThat(store.run("run")).contains(new RunRecord("digest", "3"));
    }

    @Test
    void anIdWithoutResultIsKeptForAQuarterOfAnHour() throws InterruptedException {
        StateStore store = open();
        store.commit(withEffects("run"));

        pass(Duration.ofMinutes(15).minusMillis(1));
        assertThat(store.commit(withEffects("run"))).isInstanceOf(Known.class);

        pass(Duration.ofMillis(1));
        assertThat(store.commit(withEffects("run"))).isInstanceOf(Committed.class);
    }

    @Test
    void ofAnOccasionOneRunIsCommitted() throws InterruptedException {
        StateStore store = open();
        assertThat(store.hasOccasion("o")).isFalse();

        assertThat(store.commit(ofOccasion("one", "o", "1"))).isInstanceOf(Committed.class);
        assertThat(store.commit(ofOccasion("two", "o", "2")))
                .isEqualTo(new Known(Optional.empty()));
        assertThat(store.commit(ofOccasion("two", "other", "3"))).isInstanceOf(Committed.class);

        assertThat(store.hasOccasion("o")).isTrue();
        assertThat(told).extracting(LoggedEffect::body).containsExactly("1", "3");
    }

    @Test
    void anOccasionThatConflictedIsNotDone() throws InterruptedException {
        StateStore store = open();
        Transaction late = run(store, view -> view.get("a"));
        write(store, view -> view.set("a", "1"));
        Commit commit =
                new Commit("run", late, List.of(), Optional.empty(), Optional.of("occasion"));

        assertThat(store.commit(commit)).isInstanceOf(Conflict.class);
        assertThat(store.hasOccasion("occasion")).isFalse();
    }

    @Test
    void anOccasionIsRememberedHoweverLongTheServerStandsStill() throws InterruptedException {
        StateStore store = open();
        store.commit(ofOccasion("run", "occasion"));
        store.close();
        pass(Duration.ofDays(1_000));

        StateStore again = open();
        again.commit(withEffects("another"));
        assertThat(again.hasOccasion("occasion")).isTrue();
        assertThat(again.commit(ofOccasion("run", "occasion"))).isInstanceOf(Known.class);
    }

    @Test
    void aStateDoesNotGrowPastItsBound() throws InterruptedException {
        StateStore store = open(1_000);
        write(store, view -> view.set("a", "x".repeat(899)));
        write(store, view -> view.set("ä", "y".repeat(98)));

        assertThat(stateLimit(store, view -> view.set("b", "")))
                .hasMessageContaining("1001 bytes of 1000");
        assertThat(value(store, "b")).isNull();
        write(store, view -> view.set("a", "x".repeat(898)));
        write(store, view -> view.set("b", ""));
    }

    @Test
    void aStateThatIsFullCanBeEmptied() throws InterruptedException {
        StateStore store = open(1_000);
        write(store, view -> view.set("a", "x".repeat(999)));
        store.close();
        StateStore smaller = open(100);

        assertThat(stateLimit(smaller, view -> view.set("b", "1"))).isNotNull();
        write(smaller, view -> view.set("a", "x".repeat(500)));
        write(smaller, view -> view.delete("a"));
        write(smaller, view -> view.set("b", "x".repeat(99)));
    }

    private CircleException stateLimit(StateStore store, Consumer<StateView> script) {
        Transaction transaction = run(store, script);
        CircleException failure =
                catchThrowableOfType(CircleException.class, () -> commit(store, transaction));
        assertThat(failure.code()).isEqualTo(ErrorCode.STATE);
        return failure;
    }

    @Test
    void keptResultsTakeAQuarterAtMostAndGiveItBackInTime() throws InterruptedException {
        StateStore store = open(1_000);
        store.commit(kept("1", "x".repeat(100)));
        store.commit(kept("2", "x".repeat(100)));

        assertThatThrownBy(() -> store.commit(kept("3", "x".repeat(100))))
                .hasMessageContaining("results kept for idempotency keys take 321 bytes of 250");
        assertThat(store.run("3")).isEmpty();
        pass(Duration.ofHours(24));
        assertThat(store.commit(kept("3", "x".repeat(100)))).isInstanceOf(Committed.class);
    }

    @Test
    void keptResultsCountIntoTheState() throws InterruptedException {
        StateStore store = open(1_000);
        store.commit(kept("1", "x".repeat(193)));

        assertThat(stateLimit(store, view -> view.set("a", "x".repeat(800)))).isNotNull();
        write(store, view -> view.set("a", "x".repeat(799)));
    }

    @Test
    void whatIsNoKeyIsNotWritten() {
        StateStore store = open();
        Transaction forged =
                new Transaction(0, List.of(), List.of(), List.of(new Write("a\0b", "1")));

        assertThatThrownBy(() -> commit(store, forged))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("U+0000");
    }

    @Test
    void aClosedStoreTakesNothing() {
        StateStore store = open();
        store.close();

        assertThatThrownBy(() -> store.commit(withEffects("run")))
                .isInstanceOf(IllegalStateException.class);
    }
}
