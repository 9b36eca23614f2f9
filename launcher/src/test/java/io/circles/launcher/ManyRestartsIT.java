package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CircleClient;
import io.circles.client.CircleClientBuilder;
import io.circles.client.ClientState;
import io.circles.client.EventGap;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients go on through restarts of their server, behind a proxy that also cuts their connections,
/// some after the server has committed and before the answer came: no acknowledged write is lost,
/// no effect repeated, and every event is accounted for.
///
/// A few restarts by default; fifty with `-Dcircles.long=true` or `CI_LONG` set. `-Dcircles.seed=`
/// repeats the choices.
class ManyRestartsIT {
    private static final boolean LONG =
            Boolean.getBoolean("circles.long") || System.getenv("CI_LONG") != null;
    private static final int RESTARTS = LONG ? 50 : 4;
    private static final int WRITERS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(300);

    private final long seed = Long.getLong("circles.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Bank bank = new Bank();
    private final List<CircleApi.Published> events = new CopyOnWriteArrayList<>();
    private final List<EventGap> gaps = new CopyOnWriteArrayList<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private LastingCircle circle;
    private FaultyProxy proxy;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        circle = new LastingCircle(folder, Bank.MODULE);
        circle.file().putObject("workers").put("count", 0);
        proxy = new FaultyProxy(circle.port());
        circle.reachedAt(proxy.port());
        circle.start();
    }

    @AfterEach
    void stop() {
        enough.set(true);
        threads.shutdownNow();
        proxy.close();
        circle.close();
    }

    private CircleClientBuilder builder() {
        return CircleClient.builder(URI.create("ws://127.0.0.1:" + proxy.port()))
                .keyPair(circle.member())
                .requestTimeout(PATIENCE)
                .connectPatience(PATIENCE)
                .reconnect(Duration.ofMillis(50), Duration.ofMillis(500))
                .onState(
                        state -> {
                            if (state instanceof ClientState.Ready) {
                                connections.incrementAndGet();
                            }
                        });
    }

    @Test
    void nothingIsLostNothingIsRepeatedAndEveryEventIsAccountedFor() throws Exception {
        try (CircleClient reader = builder().connect()) {
            reader.subscribe("deposits", events::add, gaps::add);
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int number = i;
                writers.add(threads.submit(() -> write(number)));
            }
            for (int i = 0; i < RESTARTS; i++) {
                cutSomethingCommitted(writers);
                anyInstant();
                proxy.cut();
                awaitAnswers(writers);
                anyInstant();
                circle.restart(random.nextBoolean() ? "KILL" : "TERM");
                awaitAnswers(writers);
            }
            enough.set(true);
            for (Future<?> writer : writers) {
                writer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            check();
        }
    }

    private void cutSomethingCommitted(List<Future<?>> writers) {
        proxy.cutAtReply();
        await().atMost(PATIENCE)
                .failFast(() -> throwIfEnded(writers))
                .until(() -> !proxy.isArmed());
    }

    private static void throwIfEnded(List<Future<?>> writers) {
        for (Future<?> writer : writers) {
            if (writer.isDone()) {
                throw new AssertionError("a writer has ended", writer.exceptionNow());
            }
        }
    }

    /// The instant is random, and that is the point: nothing is waited for.
    private void anyInstant() {
        LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE.toNanos()));
    }

    private void awaitAnswers(List<Future<?>> writers) {
        int before = answers.get();
        await().atMost(PATIENCE)
                .failFast(() -> throwIfEnded(writers))
                .until(() -> answers.get() >= before + 2 * WRITERS);
    }

    private Void write(int number) throws InterruptedException {
        RandomGenerator choices = new Random(seed + number);
        try (CircleClient client = builder().connect()) {
            for (int i = 0; !enough.get(); i++) {
                Bank.Operation operation = Bank.any("w" + number + "-" + i, choices);
                bank.acknowledge(operation, value(client, operation));
                answers.incrementAndGet();
            }
        }
        return null;
    }

    /// Only what the circle itself says can be tried again is tried again here.
    private static JsonNode value(CircleClient client, Bank.Operation operation)
            throws InterruptedException {
        while (true) {
            try {
                return client.request(
                                operation.method(), operation.withKey(), CircleApi.Played.class)
                        .value();
            } catch (CircleException e) {
                if (!e.code().retryable()) {
                    throw e;
                }
            }
        }
    }

    private void check() throws InterruptedException {
        assertThat(connections.get()).as("connections").isGreaterThan(RESTARTS * WRITERS);
        try (CircleClient direct = circle.connectMember()) {
            bank.check(direct);
        }
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(missing())
                                        .as("deposits neither heard nor in a gap, seed " + seed)
                                        .isLessThanOrEqualTo(covered()));
        assertThat(events).extracting(CircleApi.Published::seq).doesNotHaveDuplicates().isSorted();
        if (gaps.isEmpty()) {
            bank.check(events);
        }
        System.out.printf(
                "%d restarts: %d operations, %d events, %d gaps, %d connections%n",
                RESTARTS, bank.size(), events.size(), gaps.size(), connections.get());
    }

    private long missing() {
        Set<String> heard = new HashSet<>();
        events.forEach(event -> heard.add(event.data().path("id").asText()));
        return bank.deposits() - (long) heard.size();
    }

    private long covered() {
        return gaps.stream().mapToLong(gap -> gap.upTo() - gap.after()).sum();
    }
}
