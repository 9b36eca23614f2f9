package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SerialQueueTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final List<Integer> consumed = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final SerialQueue<Integer> queue = new SerialQueue<>("test", 10, this::consume);

    private void consume(int item) {
        try {
            if (!gate.await(LONG.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the gate stayed shut");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        consumed.add(item);
        if (item < 0) {
            throw new IllegalStateException("as the test wants it");
        }
    }

    @AfterEach
    void open() {
        gate.countDown();
    }

    @Test
    void itemsAreConsumedInTheirOrder() throws Exception {
        gate.countDown();
        List<Integer> items = IntStream.range(0, 1000).boxed().toList();
        for (int item : items) {
            assertThat(queue.put(item, 1, Deadline.after(LONG))).isTrue();
        }

        assertThat(queue.awaitEmpty(LONG)).isTrue();
        assertThat(consumed).isEqualTo(items);
    }

    @Test
    void whatDoesNotFitIsNotTaken() throws Exception {
        assertThat(queue.offer(1, 6)).isTrue();
        assertThat(queue.offer(2, 5)).isFalse();
        assertThat(queue.offer(3, 4)).isTrue();
        assertThat(queue.put(4, 1, Deadline.after(Duration.ofMillis(1)))).isFalse();
        gate.countDown();

        assertThat(queue.awaitEmpty(LONG)).isTrue();
        assertThat(consumed).containsExactly(1, 3);
    }

    @Test
    void anItemHeavierThanTheQueueGoesAlone() throws Exception {
        assertThat(queue.offer(1, 100)).isTrue();
        assertThat(queue.offer(2, 1)).isFalse();
        gate.countDown();

        assertThat(queue.awaitEmpty(LONG)).isTrue();
        assertThat(queue.offer(3, 100)).isTrue();
    }

    @Test
    void whoeverPutsWaitsForRoom() throws Exception {
        queue.offer(1, 10);
        Thread putter = Thread.ofVirtual().start(() -> putQuietly(2));
        Awaitility.await().until(() -> putter.getState() == Thread.State.TIMED_WAITING);
        gate.countDown();

        assertThat(putter.join(LONG)).isTrue();
        assertThat(queue.awaitEmpty(LONG)).isTrue();
        assertThat(consumed).containsExactly(1, 2);
    }

    private void putQuietly(int item) {
        try {
            queue.put(item, 10, Deadline.after(LONG));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aFinishedQueueTakesNothingButConsumesWhatItHas() throws Exception {
        queue.offer(1, 1);
        queue.offer(2, 1);
        queue.finish();
        assertThat(queue.offer(3, 1)).isFalse();
        assertThat(queue.put(3, 1, Deadline.after(LONG))).isFalse();
        gate.countDown();

        assertThat(queue.awaitEmpty(LONG)).isTrue();
        assertThat(consumed).containsExactly(1, 2);
    }

    @Test
    void discardingDropsWhatWaitsAndWakesWhoWaits() throws Exception {
        queue.offer(1, 10);
        Thread putter = Thread.ofVirtual().start(() -> putQuietly(2));
        Awaitility.await().until(() -> putter.getState() == Thread.State.TIMED_WAITING);
        queue.discard();

        assertThat(putter.join(LONG)).isTrue();
        assertThat(queue.awaitEmpty(Duration.ofMillis(1))).isFalse();
        gate.countDown();
        assertThat(queue.awaitEmpty(LONG)).isTrue();
        assertThat(consumed).containsExactly(1);
    }

    @Test
    void aFailingConsumerGetsTheNextItemAllTheSame() throws Exception {
        gate.countDown();
        queue.offer(-1, 1);
        queue.put(2, 1, Deadline.after(LONG));

        assertThat(queue.awaitEmpty(LONG)).isTrue();
        assertThat(consumed).containsExactly(-1, 2);
    }

    @Test
    void waitingForRoomCanBeInterrupted() {
        queue.offer(1, 10);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> queue.put(2, 1, Deadline.after(LONG)))
                .isInstanceOf(InterruptedException.class);
    }
}
