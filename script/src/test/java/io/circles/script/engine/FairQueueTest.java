package io.circles.script.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    /// Whose an element is stands before the number.
    private final FairQueue<String> queue = new FairQueue<>(element -> element.charAt(0));

    private void add(String element) {
        queue.add(element, 0, 1);
    }

    private List<String> take(int count) {
        return IntStream.range(0, count).mapToObj(_ -> take()).toList();
    }

    private String take() {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void ownersTakeTurnsAndEachKeepsItsOrder() {
        List.of("a1", "a2", "a3", "b1", "a4", "c1", "b2").forEach(this::add);

        assertThat(take(7)).containsExactly("a1", "b1", "c1", "a2", "b2", "a3", "a4");
    }

    @Test
    void whoComesLateDoesNotWaitBehindAllOfAnother() {
        IntStream.range(0, 250).mapToObj(i -> "a" + i).forEach(this::add);
        take(10);
        add("b1");

        assertThat(take(2)).contains("b1");
    }

    @Test
    void whatWasTakenOutDoesNotCome() {
        List.of("a1", "b1", "a2").forEach(this::add);

        assertThat(queue.remove("b1")).isTrue();
        assertThat(queue.remove("b1")).isFalse();
        assertThat(queue.remove("a2")).isTrue();
        assertThat(take()).isEqualTo("a1");
        assertThat(queue.remove("a1")).isFalse();
    }

    @Test
    void allCanBeTakenOutAtOnce() {
        List.of("a1", "b1", "a2").forEach(this::add);
        List<String> all = new ArrayList<>(List.of("before"));

        assertThat(queue.drainTo(all)).isEqualTo(3);
        assertThat(all).containsExactlyInAnyOrder("before", "a1", "a2", "b1");
        assertThat(queue.drainTo(all)).isZero();
    }

    @Test
    void takingWaitsForAnElement() {
        CompletableFuture<String> taken = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> taken.complete(take()));
        await().until(() -> waiting.getState() == Thread.State.WAITING);
        add("a1");

        await().untilAsserted(() -> assertThat(taken).isCompletedWithValue("a1"));
    }

    /// A thread that waits in [FairQueue#take], and what it takes.
    private CompletableFuture<String> taker() {
        CompletableFuture<String> taken = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> taken.complete(take()));
        await().until(() -> waiting.getState() == Thread.State.WAITING);
        return taken;
    }

    @Test
    void noMoreThreadsAreWokenThanAreEnoughUntilElementsHaveWaited() {
        CompletableFuture<String> taken = taker();
        queue.add("a1", 1, 1);
        queue.relieve();
        assertThat(take()).as("by the one that is awake").isEqualTo("a1");
        queue.relieve();
        queue.add("a2", 1, 1);
        queue.relieve();
        assertThat(taken).isNotDone();

        queue.relieve();

        await().untilAsserted(() -> assertThat(taken).isCompletedWithValue("a2"));
    }

    @Test
    void asManyAreWokenAtOnceAsAreMissing() {
        List<CompletableFuture<String>> takers = List.of(taker(), taker(), taker());
        List.of("a1", "b1", "c1").forEach(element -> queue.add(element, 0, 2));

        await().until(() -> takers.stream().filter(CompletableFuture::isDone).count() >= 2);
    }

    @Test
    void whoIsInterruptedWhileWaitingLeavesTheElementToAnother() {
        CompletableFuture<String> taken = taker();
        Thread interrupted =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        queue.take();
                                    } catch (InterruptedException _) {
                                        // as it is meant to be
                                    }
                                });
        await().until(() -> interrupted.getState() == Thread.State.WAITING);
        interrupted.interrupt();
        await().until(() -> interrupted.getState() == Thread.State.TERMINATED);
        add("a1");

        await().untilAsserted(() -> assertThat(taken).isCompletedWithValue("a1"));
    }
}
