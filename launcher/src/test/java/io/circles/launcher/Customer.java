package io.circles.launcher;

import static org.awaitility.Awaitility.await;

import io.circles.client.CircleClientBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// A client on a thread of its own that goes on with operations of a [Bank], each until the circle
/// has done it. It fails when the circle leaves it waiting for longer than a request may take.
/// Thread-safe.
final class Customer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// So a circle's events of half a minute are fewer than are kept.
    private static final Duration BETWEEN = Duration.ofMillis(20);

    private final String name;
    private final Bank bank;
    private final ConcurrentMap<String, Integer> troubles = new ConcurrentHashMap<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final CountDownLatch enough = new CountDownLatch(1);
    private final FutureTask<Void> work;

    /// Begins.
    ///
    /// @param name unlike all others of this bank
    Customer(String name, Bank bank, CircleClientBuilder client) {
        this.name = name;
        this.bank = bank;
        this.work = new FutureTask<>(() -> work(client));
        Thread.ofVirtual().name(name).start(work);
    }

    private Void work(CircleClientBuilder client) throws InterruptedException {
        Random choices = new Random(name.hashCode());
        try (Teller teller = new Teller(client::connect, troubles)) {
            int i = 0;
            while (!enough.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS)) {
                Bank.Operation operation = Bank.any(name + "-" + i++, choices);
                bank.acknowledge(operation, teller.value(operation.method(), operation.withKey()));
                answers.incrementAndGet();
            }
        }
        return null;
    }

    /// Waits for answers to what it has asked from now on.
    void awaitAnswers() {
        int before = answers.get();
        await().atMost(PATIENCE)
                .failFast(this::throwIfEnded)
                .until(() -> answers.get() >= before + 3);
    }

    private void throwIfEnded() {
        if (work.isDone()) {
            throw new AssertionError(name + " has ended", work.exceptionNow());
        }
    }

    /// Why it had to ask again, and how often.
    Map<String, Integer> troubles() {
        return Map.copyOf(troubles);
    }

    /// Asks for nothing more, and waits until all is done.
    @Override
    public void close() {
        enough.countDown();
        try {
            work.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw new AssertionError(name + " has not come to its end", e);
        }
    }
}
