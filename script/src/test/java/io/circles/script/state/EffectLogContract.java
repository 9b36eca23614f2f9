package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.state.CommitResult.Committed;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What a store does with effects.
abstract class EffectLogContract extends StateContract {
    @Test
    void effectsAreNumberedInTheOrderOfTheCommits() throws InterruptedException {
        StateStore store = open();

        assertThat(store.commit(withEffects("one", "1", "2"))).isEqualTo(new Committed(0, 1));
        assertThat(store.commit(withEffects("none"))).isEqualTo(new Committed(0, 2));
        assertThat(store.commit(withEffects("two", "3"))).isEqualTo(new Committed(0, 3));

        assertThat(store.effects(0, 9))
                .containsExactly(
                        new LoggedEffect(1, "one", "publish", "1", START),
                        new LoggedEffect(2, "one", "publish", "2", START),
                        new LoggedEffect(3, "two", "publish", "3", START));
        assertThat(store.lastEffect()).isEqualTo(3);
    }

    @Test
    void effectsAreReadPageByPage() throws InterruptedException {
        StateStore store = open();
        store.commit(withEffects("run", "1", "2", "3", "4", "5"));

        assertThat(store.effects(0, 2)).extracting(LoggedEffect::number).containsExactly(1L, 2L);
        assertThat(store.effects(2, 2)).extracting(LoggedEffect::number).containsExactly(3L, 4L);
        assertThat(store.effects(4, 2)).extracting(LoggedEffect::number).containsExactly(5L);
        assertThat(store.effects(5, 2)).isEmpty();
    }

    @Test
    void theListenerIsToldBeforeTheCommitReturns() throws InterruptedException {
        StateStore store = open();

        store.commit(withEffects("run", "1", "2"));

        assertThat(told).extracting(LoggedEffect::number).containsExactly(1L, 2L);
        assertThat(told).isEqualTo(store.effects(0, 9));
    }

    @Test
    void whatIsNotCommittedHasNoEffects() throws InterruptedException {
        StateStore store = open();
        Transaction late = run(store, view -> view.get("a"));
        write(store, view -> view.set("a", "1"));
        Commit commit =
                new Commit(
                        "run",
                        late,
                        withEffects("run", "1").effects(),
                        Optional.empty(),
                        Optional.empty());

        assertThat(store.commit(commit)).isInstanceOf(CommitResult.Conflict.class);
        store.commit(withEffects("again", "2"));
        assertThat(store.commit(withEffects("again", "2"))).isInstanceOf(CommitResult.Known.class);

        assertThat(told).extracting(LoggedEffect::body).containsExactly("2");
        assertThat(store.effects(0, 9)).isEqualTo(told);
    }

    @Test
    void theLastThousandAreKept() throws InterruptedException {
        StateStore store = open();
        for (int run = 0; run < 21; run++) {
            store.commit(
                    withEffects("run" + run, Collections.nCopies(100, "1").toArray(String[]::new)));
        }

        List<LoggedEffect> kept = store.effects(0, 5_000);

        assertThat(kept)
                .extracting(LoggedEffect::number)
                .containsExactlyElementsOf(LongStream.rangeClosed(1_101, 2_100).boxed().toList());
    }

    @Test
    void anEffectIsKeptForTenMinutes() throws InterruptedException {
        StateStore store = open();
        store.commit(withEffects("one", "1"));
        pass(Duration.ofMinutes(1));
        store.commit(withEffects("two", "2"));

        pass(Duration.ofMinutes(9).minusMillis(1));
        assertThat(store.effects(0, 9)).extracting(LoggedEffect::number).containsExactly(1L, 2L);
        pass(Duration.ofMillis(1));
        assertThat(store.effects(0, 9)).extracting(LoggedEffect::number).containsExactly(2L);
    }

    @Test
    void aNumberIsNotUsedAgainWhenAllEffectsAreGone() throws InterruptedException {
        StateStore store = open();
        store.commit(withEffects("one", "1", "2"));
        pass(Duration.ofMinutes(10));
        store.commit(withEffects("none"));
        store.close();

        StateStore again = open();
        assertThat(again.effects(0, 9)).isEmpty();
        assertThat(again.lastEffect()).isEqualTo(2);
        assertThat(again.commit(withEffects("two", "3"))).isEqualTo(new Committed(0, 3));
    }

    @Test
    void aClockThatWasPutBackLeavesNoGaps() throws InterruptedException {
        StateStore store = open();
        store.commit(withEffects("one", "1"));
        pass(Duration.ofMinutes(-5));
        store.commit(withEffects("two", "2"));

        pass(Duration.ofMinutes(15).minusMillis(1));
        assertThat(store.effects(0, 9)).extracting(LoggedEffect::at).containsExactly(START, START);
    }

    @Test
    void aListenerThatFailsDoesNotUndoTheCommit() throws InterruptedException {
        StateStore store =
                make(
                        "other",
                        MIB,
                        clock,
                        _ -> {
                            throw new IllegalStateException("the listener's fault");
                        });
        try (store) {
            assertThat(store.commit(withEffects("run", "1"))).isInstanceOf(Committed.class);
            assertThat(store.effects(0, 9)).hasSize(1);
        }
    }

    @Test
    void whatIsToBeHandledIsKeptUntilItIs() throws InterruptedException {
        StateStore store = open();
        store.commit(lasting("one", "1", "2"));
        store.commit(withEffects("event", "3"));
        store.commit(lasting("two", "4"));
        for (int run = 0; run < 11; run++) {
            store.commit(
                    withEffects("run" + run, Collections.nCopies(100, "x").toArray(String[]::new)));
        }
        pass(Duration.ofDays(400));
        store.commit(withEffects("prunes"));
        store.close();

        StateStore again = open();
        assertThat(again.effects(0, 9)).isEmpty();
        assertThat(again.unhandled(0, 9))
                .containsExactly(
                        new LoggedEffect(1, "one", "sign", "1", START),
                        new LoggedEffect(2, "one", "sign", "2", START),
                        new LoggedEffect(4, "two", "sign", "4", START));
        again.handled(List.of(1L, 2L, 3L));
        assertThat(again.unhandled(0, 9)).extracting(LoggedEffect::number).containsExactly(4L);
        again.close();

        StateStore last = open();
        assertThat(last.unhandled(0, 9)).extracting(LoggedEffect::number).containsExactly(4L);
        last.handled(List.of(4L, 4L));
        assertThat(last.unhandled(0, 9)).isEmpty();
    }

    @Test
    void whatIsToBeHandledIsReadPageByPage() throws InterruptedException {
        StateStore store = open();
        store.commit(lasting("run", "1", "2", "3"));

        assertThat(store.unhandled(0, 2)).extracting(LoggedEffect::number).containsExactly(1L, 2L);
        assertThat(store.unhandled(2, 2)).extracting(LoggedEffect::number).containsExactly(3L);
        assertThat(store.unhandled(3, 2)).isEmpty();
    }

    @Test
    void whatWasTakenIsToldAgainUntilItIsHandled() throws InterruptedException {
        StateStore store = open();
        assertThat(store.take("me", "sign", 0, 9)).isEmpty();
        store.commit(lasting("run", "1", "2", "3"));

        assertThat(store.take("me", "sign", 0, 2))
                .extracting(LoggedEffect::number)
                .containsExactly(1L, 2L);
        store.handled(List.of(1L));
        assertThat(store.take("me", "sign", 0, 9))
                .extracting(LoggedEffect::number)
                .containsExactly(2L, 3L);
        store.handled(List.of(2L, 3L));
        assertThat(store.take("me", "sign", 0, 9)).isEmpty();
        assertThat(store.unhandled(0, 9)).isEmpty();
    }

    @Test
    void whatIsToBeHandledIsInTheLogLikeAllEffects() throws InterruptedException {
        StateStore store = open();
        store.commit(lasting("one", "1"));
        store.commit(withEffects("two", "2"));
        store.handled(List.of(1L));

        assertThat(told).extracting(LoggedEffect::kind).containsExactly("sign", "publish");
        assertThat(store.effects(0, 9)).isEqualTo(told);
    }

    @Test
    void anEventNeedsNoHandling() throws InterruptedException {
        StateStore store = open();
        store.commit(withEffects("run", "1"));

        assertThat(store.unhandled(0, 9)).isEmpty();
    }

    @Test
    void noMoreThanAHundredThousandWaitToBeHandled() throws InterruptedException {
        StateStore store = open();
        String[] many = Collections.nCopies(10_000, "1").toArray(String[]::new);
        for (int run = 0; run < 9; run++) {
            store.commit(lasting("run" + run, many));
        }
        store.commit(lasting("most", Arrays.copyOf(many, 9_999)));

        assertThat(busy(store, lasting("two", "1", "2")))
                .hasMessageContaining("100001 effects wait to be handled, of 100000");
        assertThat(store.commit(lasting("one", "1"))).isInstanceOf(Committed.class);
        assertThat(store.commit(withEffects("event", "1"))).isInstanceOf(Committed.class);
        assertThat(busy(store, lasting("two", "1"))).isNotNull();
        store.close();

        StateStore again = open();
        assertThat(busy(again, lasting("two", "1"))).isNotNull();
        assertThat(again.lastEffect()).isEqualTo(100_001);
        again.handled(List.of(1L, 2L));
        assertThat(again.commit(lasting("two", "1", "2"))).isEqualTo(new Committed(0, 100_002));
    }

    @Test
    void whatWaitsToBeHandledTakesSixtyFourMebibytesAtMost() throws InterruptedException {
        StateStore store = open();
        String big = "x".repeat(16 << 20);
        for (int run = 0; run < 4; run++) {
            store.commit(lasting("run" + run, big));
        }

        assertThat(busy(store, lasting("more", "1")))
                .hasMessageContaining("67108865 bytes wait to be handled, of 67108864");
        store.handled(List.of(1L));
        assertThat(store.commit(lasting("more", big))).isInstanceOf(Committed.class);
        assertThat(store.unhandled(0, 9)).hasSize(1);
    }

    private static CircleException busy(StateStore store, Commit commit) {
        CircleException refusal =
                catchThrowableOfType(CircleException.class, () -> store.commit(commit));
        assertThat(refusal.code()).isEqualTo(ErrorCode.BUSY);
        return refusal;
    }
}
