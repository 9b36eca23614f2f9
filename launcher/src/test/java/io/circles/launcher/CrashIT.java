package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CircleClient;
import io.circles.client.ConnectionLostException;
import io.circles.client.DialException;
import io.circles.protocol.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` at random instants, while clients go on: each effect happens exactly once, and whose
/// script did not end its worker hears nothing of it.
///
/// A few kills by default; fifty, and more minutes, with `-Dcircles.long=true` or `CI_LONG` set.
/// `-Dcircles.seed=` repeats the choices, though not the instants of the machine.
class CrashIT {
    private static final boolean LONG =
            Boolean.getBoolean("circles.long") || System.getenv("CI_LONG") != null;
    private static final int WORKERS = LONG ? 35 : 4;
    private static final int SERVERS = LONG ? 15 : 2;
    private static final int WORKERS_ALONE = LONG ? 15 : 2;
    private static final int CLIENTS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);

    @TempDir private Path folder;

    private final long seed = Long.getLong("circles.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Bank bank = new Bank();
    private final EventLog events = new EventLog();
    private final ConcurrentMap<String, Integer> troubles = new ConcurrentHashMap<>();
    private final AtomicIntegerArray answers = new AtomicIntegerArray(2 * CLIENTS);
    private final CountDownLatch enough = new CountDownLatch(1);
    private final CountDownLatch told = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> clients = new ArrayList<>();
    private LastingCircle circle;

    @BeforeEach
    void start() throws Exception {
        circle = new LastingCircle(folder, Bank.MODULE);
        circle.file().withObjectProperty("workers").put("spares", 1);
        circle.start();
    }

    @AfterEach
    void stop() {
        circle.close();
        threads.shutdownNow();
    }

    @Test
    void whateverIsKilledEachEffectHappensOnceAndTheFirstResultIsGivenAgain() throws Exception {
        Future<?> reader = threads.submit(this::readEvents);
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            clients.add(threads.submit(() -> tellWithKeys(number)));
        }
        List<Boolean> victims = victims();
        for (boolean server : victims) {
            awaitAnswers(CLIENTS);
            anyInstant();
            if (server) {
                circle.restart("KILL");
            } else {
                killAWorker();
            }
        }
        finish(CLIENTS);
        told.countDown();
        finish(reader);
        checkAll();
        repeatSome();
        say(WORKERS + " workers and " + SERVERS + " servers");
    }

    @Test
    void aWorkerThatIsKilledIsAnErrorToNobody() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            clients.add(threads.submit(() -> tellWithoutKeys(number)));
            clients.add(threads.submit(() -> compute(CLIENTS + number)));
        }
        for (int i = 0; i < WORKERS_ALONE; i++) {
            awaitAnswers(2 * CLIENTS);
            anyInstant();
            killAWorker();
        }
        finish(2 * CLIENTS);
        assertThat(troubles).as("what clients noticed, seed " + seed).isEmpty();
        try (CircleClient client = circle.connectMember()) {
            bank.check(client);
        }
        say(WORKERS_ALONE + " workers");
    }

    // ---------------------------------------------------------------- those who kill

    private List<Boolean> victims() {
        List<Boolean> victims = new ArrayList<>();
        for (int i = 0; i < WORKERS + SERVERS; i++) {
            victims.add(i < SERVERS);
        }
        Collections.shuffle(victims, random);
        return victims;
    }

    /// The instant is random, and that is the point: nothing is waited for.
    private void anyInstant() {
        LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE.toNanos()));
    }

    /// One of those that run scripts, stand by or are just starting.
    private void killAWorker() {
        List<ProcessHandle> workers =
                await().atMost(PATIENCE).until(circle::workers, found -> !found.isEmpty());
        ProcessHandle victim = workers.get(random.nextInt(workers.size()));
        assertThat(victim.destroyForcibly()).isTrue();
        victim.onExit().join();
    }

    /// Waits until whatever was in flight has been answered: a run that loses its worker and then
    /// the one that it has for itself counts as what ends them.
    private void awaitAnswers(int count) {
        int[] before = new int[count];
        for (int i = 0; i < count; i++) {
            before[i] = answers.get(i);
        }
        for (int i = 0; i < count; i++) {
            int number = i;
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .failFast(() -> clients.stream().anyMatch(Future::isDone))
                    .until(() -> answers.get(number) >= before[number] + 2);
        }
    }

    private void finish(int count) throws Exception {
        awaitAnswers(count);
        enough.countDown();
        for (Future<?> client : clients) {
            finish(client);
        }
    }

    private static void finish(Future<?> task) throws Exception {
        var _ = task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    // ---------------------------------------------------------------- clients

    private Void tellWithKeys(int number) throws InterruptedException {
        Random choices = new Random(seed + number);
        Bank.Operation operation = Bank.any(number + "-0", choices);
        try (Teller teller = new Teller(circle::connectMember, troubles)) {
            for (int i = 1; enough.getCount() > 0; i++) {
                bank.acknowledge(operation, teller.value(operation.method(), operation.withKey()));
                answers.incrementAndGet(number);
                if (choices.nextInt(5) > 0) { // otherwise the same once more
                    operation = Bank.any(number + "-" + i, choices);
                }
            }
        }
        return null;
    }

    private Void tellWithoutKeys(int number) throws InterruptedException {
        Random choices = new Random(seed + number);
        try (Teller teller = new Teller(circle::connectMember, troubles)) {
            for (int i = 0; enough.getCount() > 0; i++) {
                Bank.Operation operation = Bank.any(number + "-" + i, choices);
                bank.acknowledge(operation, teller.value(operation.method(), operation.params()));
                answers.incrementAndGet(number);
            }
        }
        return null;
    }

    private Void compute(int number) throws InterruptedException {
        String sum = "let sum = 0; for (let i = 1; i <= args; i++) sum += i; sum";
        try (Teller teller = new Teller(circle::connectStranger, troubles)) {
            for (int i = 1; enough.getCount() > 0; i++) {
                JsonNode params = Json.object().put("script", sum).put("args", i);
                assertThat(teller.value("play", params).asLong()).isEqualTo(i * (i + 1L) / 2);
                answers.incrementAndGet(number);
            }
        }
        return null;
    }

    /// Hears the events on one connection after the other, until it has all.
    private Void readEvents() throws InterruptedException {
        while (!heardAll()) {
            try (CircleClient client = circle.connectMember(events)) {
                assertThat(events.subscribe(client).gap()).isFalse();
                while (!heardAll()) {
                    var _ = client.whoami(); // or a connection that is lost would not be noticed
                }
            } catch (DialException | ConnectionLostException e) {
                // the server begins or ends
                troubles.merge("reader's " + e.getClass().getSimpleName(), 1, Integer::sum);
            }
        }
        return null;
    }

    private boolean heardAll() throws InterruptedException {
        return told.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)
                && events.size() >= bank.deposits();
    }

    // ---------------------------------------------------------------- what must be true

    private void checkAll() throws Exception {
        try (CircleClient client = circle.connectMember()) {
            bank.check(client);
        }
        bank.check(events.unbroken());
    }

    /// Also after all that.
    private void repeatSome() throws Exception {
        try (Teller teller = new Teller(circle::connectMember, troubles)) {
            for (Bank.Operation operation : bank.eachOf(Math.max(1, bank.size() / 500))) {
                bank.acknowledge(operation, teller.value(operation.method(), operation.withKey()));
            }
        }
        checkAll();
    }

    private void say(String killed) {
        System.out.printf(
                "CrashIT: seed %d; killed %s; %d operations, %d events; tried again because of %s%n",
                seed, killed, bank.size(), events.size(), Map.copyOf(troubles));
    }
}
