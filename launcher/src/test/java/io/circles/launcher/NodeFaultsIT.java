package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CallOptions;
import io.circles.client.CircleClient;
import io.circles.client.EventGap;
import io.circles.client.RelayGroup;
import io.circles.client.RelaySession;
import io.circles.client.RelaySessionEndedException;
import io.circles.client.SignDecision;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.crypto.KeyPair;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two servers of a circle, of which one is killed or cut off from what they share, and a worker
/// likewise: whoever asks is answered in time, what is acknowledged is done once, and those who
/// subscribe at either hear all of it in order. Nobody helps them to begin again.
///
/// What takes longest, workers that are cut off and a killed relay home, only with `CI_LONG` set.
/// `-Dcircles.seed=` repeats the choices, though not the instants of the machine.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NodeFaultsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(300);
    private static final Duration BETWEEN_ASKS = Duration.ofMillis(300);
    private static final int KILLS = 2;
    private static final String MODULE =
            Bank.MODULE
                    + """
            export function ask({key}) {
              return sign.request({key, message: 'pay', display: 'Pay?', ttl: 600000});
            }
            export function onSigned({id, state: as}) {
              state.set('circle/as/' + id, as);
              state.increment('circle/told/' + id);
            }
            export function told(id) {
              return {times: state.get('circle/told/' + id) ?? 0, as: state.get('circle/as/' + id) ?? null};
            }
            """;

    /// What happens to a way.
    private enum Fault {
        /// Connections are lost, and no new ones come about.
        CUT {
            @Override
            void strike(FaultyProxy way) {
                way.refuse();
                way.cut();
            }
        },
        /// Nothing comes, and nobody is told.
        STALLED {
            @Override
            void strike(FaultyProxy way) {
                way.stall();
            }
        };

        abstract void strike(FaultyProxy way);
    }

    private final long seed = Long.getLong("circles.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Bank bank = new Bank();
    private final ConcurrentMap<String, Integer> troubles = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Reader> readers = new ArrayList<>();
    private int customers;
    private SharedCircle circle;

    /// Somebody who has subscribed to all deposits.
    private record Reader(
            CircleClient client, List<CircleApi.Published> events, List<EventGap> gaps) {
        static Reader of(CircleClient client) throws InterruptedException {
            Reader reader =
                    new Reader(client, new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
            client.subscribe("deposits", reader.events::add, reader.gaps::add);
            return reader;
        }

        void awaitAll(Bank bank) {
            await().atMost(PATIENCE).until(() -> events.size() >= bank.deposits());
            bank.check(events);
            assertThat(events).extracting(CircleApi.Published::seq).isSorted();
            assertThat(gaps).isEmpty();
        }
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        circle = new SharedCircle(folder, MODULE);
        StoppedCommit.prepare(circle.database());
        for (ServerNode node : List.of(circle.one(), circle.two())) {
            readers.add(Reader.of(circle.client(node.url()).connect()));
        }
        try (Customer customer = customer(circle.url())) {
            customer.awaitAnswers();
        }
    }

    @AfterAll
    void stop() {
        readers.forEach(reader -> reader.client.close());
        threads.shutdownNow();
        if (circle != null) {
            circle.close();
        }
    }

    @AfterEach
    void whateverHappenedAllIsDoneOnceAndHeardOnce() throws Exception {
        circle.heal();
        for (ServerNode node : List.of(circle.one(), circle.two())) {
            try (CircleClient client =
                    circle.client(node.url()).connectPatience(PATIENCE).connect()) {
                bank.check(client);
            }
        }
        readers.forEach(reader -> reader.awaitAll(bank));
    }

    private Customer customer(URI url) {
        return new Customer("c" + customers++, bank, circle.client(url));
    }

    private Future<JsonNode> call(URI url, Bank.Operation operation) {
        return threads.submit(
                () -> {
                    try (Teller teller = new Teller(circle.client(url)::connect, troubles)) {
                        return teller.value(operation.method(), operation.withKey());
                    }
                });
    }

    // ---------------------------------------------------------------- killed

    @ParameterizedTest
    @EnumSource
    void aCallWhoseServerIsKilledAtItsCommitIsDoneOnceAndAnsweredByTheOther(
            StoppedCommit.Place place) throws Exception {
        Bank.Operation operation = Bank.any("killed-" + place, random);
        Future<JsonNode> answer;
        try (StoppedCommit stopped = StoppedCommit.at(circle.database(), place)) {
            answer = call(circle.url(), operation);
            stopped.awaitCommit();
            circle.one().kill();
        }
        bank.acknowledge(operation, answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        circle.one().serve();
    }

    @Test
    void aCallWhoseServerIsKilledAfterItsCommitGetsTheSameAnswerFromTheOther() throws Exception {
        Bank.Operation operation = Bank.any("killed-after", random);
        circle.balancer().cutAtReply();
        Future<JsonNode> answer = call(circle.url(), operation);
        await().atMost(PATIENCE).until(() -> !circle.balancer().isArmed());
        circle.one().kill();
        bank.acknowledge(operation, answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        circle.one().serve();
    }

    @Test
    void whateverIsUnderWayWhenAServerIsKilledTheOtherGoesOnWithIt() throws Exception {
        try (Customer first = customer(circle.url());
                Customer second = customer(circle.url());
                Customer other = customer(circle.two().url())) {
            for (int i = 0; i < KILLS; i++) {
                circle.balancer().cut(); // whoever went to the second server goes to the first
                awaitAnswers(first, second, other);
                LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE.toNanos())); // at any instant
                circle.one().kill();
                awaitAnswers(first, second, other);
                circle.one().serve();
            }
            awaitAnswers(first, second, other);
            say("killed", first, second, other);
        }
    }

    private static void awaitAnswers(Customer... customers) {
        for (Customer each : customers) {
            each.awaitAnswers();
        }
    }

    private void say(String what, Customer... customers) {
        System.out.printf(
                "NodeFaultsIT: seed %d; %s; %d operations; asked again because of %s%n",
                seed,
                what,
                bank.size(),
                List.of(customers).stream().map(Customer::troubles).toList());
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "CI_LONG", matches = ".+")
    void partiesOfARelaySessionAreToldWhenTheServerIsKilledThatHadIt() throws Exception {
        try (CircleClient home = stranger(circle.one());
                CircleClient second = stranger(circle.two());
                CircleClient third = stranger(circle.two())) {
            RelayGroup group = home.relay().create("three", 3, 1);
            RelaySession made = group.create(RelayApi.KEYGEN);
            List<RelaySession> elsewhere =
                    List.of(
                            joined(second, group.id()).join(made.id(), RelayApi.KEYGEN),
                            joined(third, group.id()).join(made.id(), RelayApi.KEYGEN));
            List<Future<Integer>> seats = new ArrayList<>();
            seats.add(threads.submit(() -> made.signUp(PATIENCE)));
            elsewhere.forEach(each -> seats.add(threads.submit(() -> each.signUp(PATIENCE))));
            for (Future<Integer> seat : seats) {
                assertThat(seat.get()).isBetween(1, 3);
            }

            circle.one().kill();
            for (RelaySession each : elsewhere) {
                var end =
                        catchThrowableOfType(
                                RelaySessionEndedException.class, () -> each.receive(PATIENCE));
                assertThat(end.by()).isEmpty();
            }
            RelayGroup next = second.relay().create("two", 2, 1);
            assertThat(joined(third, next.id()).label()).isEqualTo("two");
        }
        circle.one().serve();
    }

    private static CircleClient stranger(ServerNode node) throws InterruptedException {
        return SharedCircle.client(node.url(), SigningCircle.newKey()).connect();
    }

    /// A server that has just been started takes a moment to know the others.
    private static RelayGroup joined(CircleClient client, String group) {
        return await().atMost(PATIENCE)
                .ignoreExceptionsMatching(
                        e -> e instanceof CircleException told && told.code().retryable())
                .until(() -> client.relay().join(group), found -> true);
    }

    // ---------------------------------------------------------------- cut off

    @ParameterizedTest
    @EnumSource
    void aServerThatLosesRedisSaysSoAndMissesNothing(Fault fault) throws Exception {
        KeyPair key = SigningCircle.newKey();
        CountDownLatch shown = new CountDownLatch(1);
        CountDownLatch decided = new CountDownLatch(1);
        try (Customer here = customer(circle.one().url());
                Customer there = customer(circle.two().url());
                CircleClient asker = circle.client(circle.one().url()).connect();
                CircleClient device =
                        SharedCircle.client(circle.two().url(), key)
                                .onSignRequest(
                                        request -> {
                                            shown.countDown();
                                            decided.await();
                                            return SignDecision.approve();
                                        })
                                .connect()) {
            String id = asker.call("ask", Map.of("key", key.publicKey().hex())).value().asText();
            assertThat(shown.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            awaitAnswers(here, there);
            fault.strike(circle.one().redis());
            decided.countDown();
            awaitTold(circle.one(), ErrorCode.NO_WORKER);
            awaitAnswers(there);
            circle.one().redis().heal();
            awaitAnswers(here, there);
            await().atMost(PATIENCE)
                    .until(
                            () -> asker.call("told", id).value(),
                            Json.object().put("times", 1).put("as", "approved")::equals);
            assertThat(device.whoami().authenticated()).isTrue();
            say("a server's Redis " + fault, here, there);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatLosesTheDatabaseSaysSoAndTheOtherGoesOn(Fault fault) throws Exception {
        try (Customer here = customer(circle.one().url());
                Customer there = customer(circle.two().url())) {
            awaitAnswers(here, there);
            fault.strike(circle.one().database());
            awaitTold(circle.one(), ErrorCode.STATE_UNAVAILABLE);
            awaitAnswers(there);
            circle.one().database().heal();
            awaitAnswers(here, there);
            say("a server's database " + fault, here, there);
        }
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "CI_LONG", matches = ".+")
    void aWorkerThatLosesRedisIsMissedUntilItIsBack() throws Exception {
        checkWorker(circle.worker().redis(), ErrorCode.NO_WORKER);
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "CI_LONG", matches = ".+")
    void aWorkerThatLosesTheDatabaseSaysSoUntilItIsBack() throws Exception {
        checkWorker(circle.worker().database(), ErrorCode.STATE_UNAVAILABLE);
    }

    private void checkWorker(FaultyProxy way, ErrorCode code) throws Exception {
        try (Customer here = customer(circle.one().url());
                Customer there = customer(circle.two().url())) {
            awaitAnswers(here, there);
            Fault.STALLED.strike(way);
            awaitTold(circle.one(), code);
            awaitTold(circle.two(), code);
            way.heal();
            awaitAnswers(here, there);
            say("a worker's " + code, here, there);
        }
    }

    /// Asks again and again, whether there was an answer before or not.
    private void awaitTold(ServerNode node, ErrorCode code) {
        Set<ErrorCode> told = ConcurrentHashMap.newKeySet();
        await().atMost(PATIENCE)
                .pollInterval(BETWEEN_ASKS)
                .until(
                        () -> {
                            threads.execute(() -> ask(node, told));
                            return told.contains(code);
                        });
    }

    private void ask(ServerNode node, Set<ErrorCode> told) {
        try (CircleClient client = circle.client(node.url()).connect()) {
            CircleApi.Played _ =
                    client.call("page", Map.of("prefix", "none/"), CallOptions.idempotent());
        } catch (CircleException e) {
            told.add(e.code());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
