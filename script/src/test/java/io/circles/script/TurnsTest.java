package io.circles.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.script.Turns.Passage;
import io.circles.script.Turns.Turn;
import io.circles.script.state.Transaction;
import io.circles.script.state.Transaction.Range;
import io.circles.script.state.Transaction.Read;
import io.circles.script.state.Transaction.Write;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Turns turns = new Turns(new Random(1));

    private static Transaction reading(String... keys) {
        return transaction(Stream.of(keys).map(key -> new Read(key, 1)).toList(), List.of());
    }

    private static Transaction writing(String key) {
        return transaction(List.of(), List.of(new Write(key, "1")));
    }

    private static Transaction transaction(List<Read> reads, List<Write> writes) {
        return new Transaction(1, reads, List.of(), writes);
    }

    private boolean spoils(Transaction transaction) {
        return spoils(turns, transaction);
    }

    private static Turn next(Turns turns, Transaction lost) {
        try {
            return turns.next(1, lost);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean spoils(Turns turns, Transaction transaction) {
        Optional<Passage> passage = turns.passUnlessItSpoils(transaction);
        passage.ifPresent(Passage::close);
        return passage.isEmpty();
    }

    @Test
    void nobodySpoilsAnythingWhenItIsNobodysTurn() {
        assertThat(spoils(writing("a"))).isFalse();
    }

    @Test
    void whoChangesAnyKeyThatTheOneWithTheTurnHasReadSpoilsIt() throws InterruptedException {
        try (Turn _ = turns.next(1, reading("a", "b"))) {
            assertThat(spoils(writing("a"))).isTrue();
            assertThat(spoils(writing("b"))).isTrue();
            assertThat(spoils(writing("c"))).isFalse();
        }
        assertThat(spoils(writing("a"))).isFalse();
    }

    @Test
    void whoChangesAKeyOfARangeThatItHasListedSpoilsIt() throws InterruptedException {
        Transaction listing =
                new Transaction(1, List.of(), List.of(new Range("b", "d", 0)), List.of());
        try (Turn _ = turns.next(1, listing)) {
            assertThat(spoils(writing("a"))).isFalse();
            assertThat(spoils(writing("b"))).isTrue();
            assertThat(spoils(writing("c"))).isTrue();
            assertThat(spoils(writing("d"))).isFalse();
        }
    }

    @Test
    void whoOnlyReadsWhatItReadsSpoilsNothing() throws InterruptedException {
        try (Turn _ = turns.next(1, reading("a"))) {
            assertThat(spoils(reading("a"))).isFalse();
        }
    }

    @Test
    void aTurnBeginsWhenTheCommitsThatWouldSpoilItAreDone() throws Exception {
        Turns patient = new Turns(new Random(1), Duration.ofMinutes(1));
        Passage _ = patient.pass(writing("b"));
        Passage spoiling = patient.pass(writing("a"));
        CompletableFuture<Turn> turn =
                CompletableFuture.supplyAsync(() -> next(patient, reading("a")));
        await().until(() -> spoils(patient, writing("a")));
        assertThat(turn).isNotDone();
        spoiling.close();
        turn.get(30, TimeUnit.SECONDS).close();
    }

    @Test
    void aCommitThatTakesLongerThanATurnDoesNotKeepItFromBeginning() throws Exception {
        Passage _ = turns.pass(writing("a"));
        turns.next(1, reading("a")).close();
    }

    @Test
    void aTurnThatOthersEndWhileItWaitsGoesOnWithoutOne() throws Exception {
        Turns patient = new Turns(new Random(1), Duration.ofMillis(300));
        Passage _ = patient.pass(writing("a"));
        CompletableFuture<Turn> first =
                CompletableFuture.supplyAsync(() -> next(patient, reading("a")));
        await().until(() -> spoils(patient, writing("a")));
        CompletableFuture<Turn> second =
                CompletableFuture.supplyAsync(() -> next(patient, reading("b")));
        second.get(30, TimeUnit.SECONDS).close();
        first.get(30, TimeUnit.SECONDS).close();
    }
}
