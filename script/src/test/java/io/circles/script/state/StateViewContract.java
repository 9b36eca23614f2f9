package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.script.state.StateView.Entry;
import io.circles.script.state.StateView.Savepoint;
import io.circles.script.state.Transaction.Range;
import io.circles.script.state.Transaction.Read;
import io.circles.script.state.Transaction.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a run sees.
abstract class StateViewContract extends StateContract {
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    private StateStore letters(String... keys) throws InterruptedException {
        StateStore store = open();
        write(store, view -> List.of(keys).forEach(key -> view.set(key, "1")));
        return store;
    }

    private static List<String> keys(List<Entry> entries) {
        return entries.stream().map(Entry::key).toList();
    }

    @Test
    void aRunSeesOneSnapshotFromItsFirstUseOn() throws InterruptedException {
        StateStore store = letters("a");
        StateView view = view(store);
        StateView early = view(store);
        assertThat(early.get("a")).isEqualTo("1");
        write(store, other -> other.set("a", "2"));
        write(store, other -> other.set("b", "2"));

        assertThat(early.get("a")).isEqualTo("1");
        assertThat(early.list("", null, 9)).hasSize(1);
        assertThat(view.get("a")).isEqualTo("2");
        assertThat(early.transaction().snapshot()).isEqualTo(1);
        assertThat(view.transaction().snapshot()).isEqualTo(3);
    }

    @Test
    void aSnapshotBeforeTheFirstCommitStaysEmpty() throws InterruptedException {
        StateStore store = open();
        StateView view = view(store);
        assertThat(view.get("a")).isNull();
        write(store, other -> other.set("a", "1"));

        assertThat(view.get("a")).isNull();
        assertThat(view.list("", null, 9)).isEmpty();
        assertThat(view.transaction().snapshot()).isZero();
    }

    @Test
    void aRunSeesItsOwnWrites() throws InterruptedException {
        StateView view = view(letters("a", "b", "c"));
        view.set("b", "2");
        view.set("bb", "2");
        assertThat(view.delete("c")).isTrue();
        assertThat(view.delete("c")).isFalse();

        assertThat(view.get("b")).isEqualTo("2");
        assertThat(view.get("c")).isNull();
        assertThat(view.list("", null, 9))
                .containsExactly(new Entry("a", "1"), new Entry("b", "2"), new Entry("bb", "2"));
        assertThat(view.transaction().writes())
                .containsExactly(new Write("b", "2"), new Write("bb", "2"), new Write("c", null));
    }

    @Test
    void whatIsReadIsNotedOnceAndWhatWasWrittenBeforeIsNot() throws InterruptedException {
        StateView view = view(letters("a", "b"));
        view.get("a");
        view.get("a");
        view.set("b", "2");
        view.get("b");
        view.delete("b");
        assertThat(view.delete("nothing")).isFalse();

        assertThat(view.transaction().reads())
                .containsExactly(new Read("a", 1), new Read("nothing", 0));
        assertThat(view.transaction().writes()).containsExactly(new Write("b", null));
    }

    @Test
    void aRunThatOnlyWritesTakesNoSnapshot() throws InterruptedException {
        StateView view = view(letters("a"));
        view.set("a", "2");

        assertThat(view.transaction())
                .isEqualTo(new Transaction(0, List.of(), List.of(), List.of(new Write("a", "2"))));
    }

    @Test
    void keysAreListedByCodePoints() throws InterruptedException {
        StateView view = view(letters("\uFFFF", "😀", "z", "é", LAST));
        view.set("\uE000", "1");

        assertThat(keys(view.list("", null, 9)))
                .containsExactly("z", "é", "\uE000", "\uFFFF", "😀", LAST);
        assertThat(keys(view.list(LAST, null, 9))).containsExactly(LAST);
    }

    @Test
    void aListGoesOnAfterAKey() throws InterruptedException {
        StateView view = view(letters("a/1", "a/2", "a/20", "a/3", "b"));

        assertThat(keys(view.list("a/", "a/2", 9))).containsExactly("a/20", "a/3");
        assertThat(keys(view.list("a/", "0", 2))).containsExactly("a/1", "a/2");
        assertThat(view.list("a/", "b", 9)).isEmpty();
    }

    @Test
    void aListNotesWhatItReturnedAndNoMore() throws InterruptedException {
        StateStore store = letters("a/1", "a/2", "a/3", "b");
        StateView some = view(store);
        some.delete("a/1");
        some.set("a/11", "1");
        assertThat(keys(some.list("a/", null, 2))).containsExactly("a/11", "a/2");
        StateView all = view(store);
        all.list("a/", null, 4);
        all.list("a/", null, 4);
        all.list("", "b", 1);

        assertThat(some.transaction().ranges()).containsExactly(new Range("a/", "a/2\u0001", 2));
        assertThat(all.transaction().ranges())
                .containsExactly(new Range("a/", "a0", 3), new Range("b\u0001", null, 0));
    }

    @Test
    void aListEndsWhenItsReaderHasEnough() throws InterruptedException {
        StateView view = view(letters("a", "b", "c"));
        List<String> seen = new ArrayList<>();

        assertThatThrownBy(
                        () ->
                                view.list(
                                        "",
                                        null,
                                        9,
                                        entry -> {
                                            seen.add(entry.key());
                                            if (entry.key().equals("b")) {
                                                throw new ArithmeticException("enough");
                                            }
                                        }))
                .hasMessage("enough");
        assertThat(seen).containsExactly("a", "b");
        assertThat(view.transaction().ranges()).containsExactly(new Range("", "b\u0001", 2));
        assertThat(view.list("", null, 9)).hasSize(3);
    }

    @Test
    void aSavepointTakesBackWritesButNotReads() throws InterruptedException {
        StateView view = view(letters("a", "b"));
        view.set("a", "2");
        Savepoint outer = view.savepoint();
        view.set("a", "3");
        view.delete("b");
        Savepoint inner = view.savepoint();
        view.set("a", "4");
        view.set("c", "4");

        view.rollbackTo(inner);
        assertThat(view.get("a")).isEqualTo("3");
        assertThat(view.get("c")).isNull();
        view.rollbackTo(outer);
        assertThat(view.get("a")).isEqualTo("2");
        assertThat(view.get("b")).isEqualTo("1");
        view.set("a", "5");
        view.rollbackTo(outer);

        assertThat(view.transaction().writes()).containsExactly(new Write("a", "2"));
        assertThat(view.transaction().reads()).extracting(Read::key).containsExactly("b", "c");
        assertThatThrownBy(() -> view.rollbackTo(inner))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCircleWithoutStateSaysSo() {
        try (StateView view = reader.open(Optional.empty())) {
            assertThatThrownBy(() -> view.get("a")).hasMessage("This circle keeps no state");
            assertThatThrownBy(() -> view.set("a", "1")).hasMessage("This circle keeps no state");
            assertThatThrownBy(() -> view.list("", null, 1))
                    .hasMessage("This circle keeps no state");
            assertThat(view.transaction()).isEqualTo(Transaction.NONE);
        }
    }

    @Test
    void aViewThatIsClosedReadsNoMore() throws InterruptedException {
        StateView view = view(letters("a"));
        view.get("a");
        view.close();

        assertThatThrownBy(() -> view.get("a")).hasMessage("The view is closed");
        assertThat(view.transaction().reads()).hasSize(1);
    }
}
