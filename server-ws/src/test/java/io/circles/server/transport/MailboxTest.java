package io.circles.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private static final long CAPACITY = 10_000;

    /// Threads that start when the test says so.
    private final Queue<Runnable> threads = new ArrayDeque<>();

    private final List<String> done = new ArrayList<>();
    private final Mailbox mailbox = new Mailbox(threads::add, CAPACITY);

    private boolean offer(String name, long bytes) {
        return mailbox.offer(() -> done.add(name), bytes);
    }

    @Test
    void tasksRunInTheOrderTheyWerePutIn() {
        offer("a", 1);
        mailbox.add(() -> done.add("b"));
        offer("c", 1);
        threads.remove().run();

        assertThat(done).containsExactly("a", "b", "c");
    }

    @Test
    void aThreadIsTakenOnlyWhileThereIsSomethingToDo() {
        offer("a", 1);
        offer("b", 1);
        assertThat(threads).hasSize(1);

        threads.remove().run();
        assertThat(threads).isEmpty();

        offer("c", 1);
        assertThat(threads).hasSize(1);
    }

    @Test
    void atMostOneTaskRunsAtATime() {
        AtomicInteger atOnce = new AtomicInteger();
        Runnable task =
                () -> {
                    int now = atOnce.incrementAndGet();
                    LockSupport.parkNanos(1);
                    done.add(now + " at once");
                    atOnce.decrementAndGet();
                };
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            Mailbox busy = new Mailbox(workers, Long.MAX_VALUE);
            IntStream.range(0, 50).forEach(_ -> senders.execute(() -> busy.offer(task, 1)));
        }

        assertThat(done).hasSize(50).containsOnly("1 at once");
    }

    @Test
    void itIsBoundedInBytes() {
        assertThat(offer("a", 6_000)).isTrue();
        assertThat(offer("b", 6_000)).isFalse();
        assertThat(offer("c", 3_000)).isTrue();
        threads.remove().run();

        assertThat(done).containsExactly("a", "c");
        assertThat(offer("d", 9_000)).isTrue();
    }

    @Test
    void emptyFramesWeighSomethingToo() {
        long taken = IntStream.range(0, 1_000).filter(i -> offer("empty", 0)).count();

        assertThat(taken).isBetween(1L, 100L);
    }

    @Test
    void whatTheServerHasToDoAlwaysFits() {
        assertThat(offer("full", CAPACITY - 300)).isTrue();
        assertThat(offer("refused", 300)).isFalse();
        mailbox.add(() -> done.add("the server's"));
        threads.remove().run();

        assertThat(done).containsExactly("full", "the server's");
    }

    @Test
    void aTaskThatFailsDoesNotStopTheNext() {
        mailbox.add(
                () -> {
                    throw new IllegalStateException("a test's");
                });
        mailbox.add(
                () -> {
                    throw new StackOverflowError("a test's");
                });
        offer("next", 1);
        threads.remove().run();
        offer("and the one after", 1);
        threads.remove().run();

        assertThat(done).containsExactly("next", "and the one after");
    }

    private void runAll() {
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    @Test
    void whatATaskLeavesBesideGoesOnOnItsThreadAndTheMailboxOnAnother() {
        mailbox.add(
                () -> {
                    mailbox.beside(() -> done.add("beside a, " + threads.size() + " waiting"));
                    done.add("a");
                });
        offer("b", 1);
        threads.remove().run();
        assertThat(done).containsExactly("a", "beside a, 1 waiting");

        runAll();

        assertThat(done).containsExactly("a", "beside a, 1 waiting", "b");
        offer("c", 1);
        runAll();
        assertThat(done).last().isEqualTo("c");
    }

    @Test
    void moreThanOneThingLeftBesideTakesAThreadEach() {
        mailbox.add(
                () -> {
                    mailbox.beside(() -> done.add("first"));
                    mailbox.beside(() -> done.add("second"));
                });
        threads.remove().run();
        assertThat(done).containsExactly("first");

        runAll();

        assertThat(done).containsExactly("first", "second");
    }

    @Test
    void aTaskThatFailsAfterItLeftSomethingBesideLosesNothing() {
        mailbox.add(
                () -> {
                    mailbox.beside(() -> done.add("beside"));
                    throw new IllegalStateException("as a task may");
                });
        offer("next", 1);
        runAll();

        assertThat(done).containsExactly("beside", "next");
    }

    @Test
    void whatIsLeftBesideByAnotherThreadTakesAThread() {
        mailbox.beside(() -> done.add("beside"));
        assertThat(done).isEmpty();

        runAll();

        assertThat(done).containsExactly("beside");
    }

    @Test
    void aThreadThatHasLeftTheMailboxIsAnyOther() {
        mailbox.add(
                () ->
                        mailbox.beside(
                                () -> {
                                    mailbox.beside(() -> done.add("later"));
                                    done.add("beside");
                                }));
        threads.remove().run();
        assertThat(done).containsExactly("beside");

        runAll();

        assertThat(done).containsExactly("beside", "later");
    }
}
