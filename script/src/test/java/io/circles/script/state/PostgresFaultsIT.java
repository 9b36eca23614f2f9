package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.state.CommitResult.Committed;
import io.circles.script.state.CommitResult.Known;
import io.circles.script.state.CuttingProxy.Cut;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A shared database that is lost before, while and after something is committed.
@Timeout(90)
@Tag("waiting")
class PostgresFaultsIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    /// Less than what is waited for twice.
    private static final Duration ONE_WAIT = Duration.ofSeconds(11);

    private final PublicKey circle = KeyPair.generate(new SecureRandom()).publicKey();
    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<LoggedEffect> told = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger doubts = new AtomicInteger();
    private static PostgresDatabase database;
    private CuttingProxy proxy;
    private SharedDatabase shared;
    private StateStore store;

    @BeforeAll
    static void create() {
        database = PostgresDatabase.create();
    }

    @BeforeEach
    void connect() throws Exception {
        proxy = new CuttingProxy(database.port());
        shared = SharedDatabase.open(database.behind(proxy.port()));
        store = shared.store(circle, 1 << 20, writers, InstantSource.system(), this::tell);
    }

    private void tell(List<LoggedEffect> effects) {
        told.addAll(effects);
        if (effects.isEmpty()) {
            doubts.incrementAndGet();
        }
    }

    @AfterEach
    void disconnect() throws Exception {
        if (store != null) {
            store.close();
            shared.close();
            proxy.close();
        }
        threads.shutdownNow();
        writers.shutdownNow();
    }

    @AfterAll
    static void drop() {
        if (database != null) {
            database.close();
        }
    }

    private static Commit commit(String id) {
        return new Commit(
                id,
                new Transaction(
                        0,
                        List.of(),
                        List.of(),
                        List.of(new Transaction.Write("k/" + id.replace('\0', '-'), "1"))),
                List.of(new Commit.NewEffect("publish", "1", false)),
                Optional.of(new Commit.RunRecord("digest", "1")),
                Optional.empty());
    }

    @Test
    void aCommitThatDidNotArriveIsMadeAgain() throws Exception {
        store.commit(commit("first"));
        proxy.cutNext(Cut.BEFORE);

        assertThat(store.commit(commit("second"))).isEqualTo(new Committed(2, 2));

        assertThat(proxy.waits()).isFalse();
        assertThat(told).extracting(LoggedEffect::number).containsExactly(1L, 2L);
        assertThat(store.commit(commit("second"))).isInstanceOf(Known.class);
    }

    @Test
    void aCommitWhoseAnswerIsLostIsMadeOnce() throws Exception {
        store.commit(commit("first"));
        proxy.cutNext(Cut.AFTER);

        assertThat(store.commit(commit("second"))).isEqualTo(new Committed(2, 2));

        assertThat(proxy.waits()).isFalse();
        assertThat(told).extracting(LoggedEffect::number).containsExactly(1L, 2L);
        assertThat(doubts).hasValue(0);
        assertThat(store.lastEffect()).isEqualTo(2);
    }

    @Test
    void aCommitThatStaysOnItsWayIsMadeAgainOnAnotherConnection() throws Exception {
        store.commit(commit("first"));
        proxy.cutNext(Cut.STAYS);

        assertThat(store.commit(commit("second"))).isEqualTo(new Committed(2, 2));

        assertThat(proxy.waits()).isFalse();
        assertThat(told).extracting(LoggedEffect::number).containsExactly(1L, 2L);
        assertThat(doubts).hasValue(0);
    }

    @Test
    void whatCannotBeFoundOutIsSaidAndSafeToAskAgain() throws Exception {
        store.commit(commit("first"));
        proxy.cutNext(Cut.AFTER_FOR_GOOD);

        CircleException doubt =
                catchThrowableOfType(CircleException.class, () -> store.commit(commit("second")));
        assertThat(doubt.code()).isEqualTo(ErrorCode.STATE_UNAVAILABLE);
        assertThat(doubt).hasMessageContaining("not known; with an idempotency key");
        assertThat(doubts).as("so that its effects can be looked for").hasValue(1);
        proxy.refuse(false);
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> store.commit(commit("second")) instanceof Known);
        assertThat(store.lastEffect()).isEqualTo(2);
    }

    @Test
    void whileItIsOutOfReachEveryoneIsToldSoonAndAfterwardsItGoesOn() throws Exception {
        store.commit(commit("first"));
        proxy.refuse(true);
        long begin = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            String id = "lost" + i;
            CircleException failure =
                    catchThrowableOfType(CircleException.class, () -> store.commit(commit(id)));
            assertThat(failure.code()).isEqualTo(ErrorCode.STATE_UNAVAILABLE);
            assertThat(failure.code().retryable()).isTrue();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);

        proxy.refuse(false);
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> store.commit(commit("second")).equals(new Committed(2, 2)));
    }

    @Test
    void whileItDoesNotAnswerTheFirstWaitsForAllAndAfterwardsItGoesOn() throws Exception {
        store.commit(commit("first"));
        proxy.stall();
        List<CompletableFuture<Object>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String id = "late" + i;
            answers.add(CompletableFuture.supplyAsync(() -> outcome(() -> store.run(id)), threads));
            answers.add(
                    CompletableFuture.supplyAsync(
                            () -> outcome(() -> store.commit(commit(id))), threads));
        }

        await().atMost(ONE_WAIT).until(() -> answers.stream().allMatch(CompletableFuture::isDone));
        assertThat(answers)
                .extracting(CompletableFuture::join)
                .extracting(answer -> answer instanceof CircleException e ? e.code() : answer)
                .containsOnly(ErrorCode.STATE_UNAVAILABLE);

        proxy.goOn();
        await().atMost(SOON).ignoreExceptions().until(() -> store.commit(commit("second")) != null);
    }

    @Test
    void sessionsThatAreEndedBetweenCommitsAreNotNoticed() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(store.commit(commit("run" + i))).isEqualTo(new Committed(i + 1, i + 1));
            assertThat(database.endSessions()).isPositive();
        }
    }

    @Test
    void aServerThatStandsStillWithTheCircleInItsHandsIsPassedBy() throws Exception {
        store.commit(commit("first"));
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SET idle_in_transaction_session_timeout = '300ms'");
            statement.execute("SELECT 1 FROM circle FOR UPDATE");

            assertThat(store.commit(commit("second"))).isEqualTo(new Committed(2, 2));
        }
    }

    @Test
    void aServerThatIsCutOffWithTheCircleInItsHandsIsPassedBy() throws Exception {
        try (SharedDatabase direct = SharedDatabase.open(database.address());
                StateStore other =
                        direct.store(
                                circle, 1 << 20, writers, InstantSource.system(), this::tell)) {
            store.commit(commit("first"));
            proxy.cutNext(Cut.STALL);
            threads.execute(() -> outcome(() -> store.commit(commit("stalled"))));
            await().atMost(SOON).until(() -> !proxy.waits());

            await().atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> other.commit(commit("second")).equals(new Committed(2, 2)));
        }
    }

    @Test
    void oneBadCommitOfAGroupFailsAlone() throws Exception {
        List<CompletableFuture<Object>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Commit each = i == 7 ? commit("bad\0id") : commit("good" + i);
            answers.add(CompletableFuture.supplyAsync(() -> outcome(() -> store.commit(each))));
        }

        for (int i = 0; i < 20; i++) {
            assertThat(answers.get(i).get())
                    .isInstanceOf(i == 7 ? CircleException.class : Committed.class);
        }
        assertThat(store.lastEffect()).isEqualTo(19);
    }

    private static Object outcome(Callable<?> request) {
        try {
            return request.call();
        } catch (CircleException e) {
            return e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tablesOfALaterVersionAreRefused() throws SQLException {
        try (PostgresDatabase later = PostgresDatabase.create()) {
            SharedDatabase.open(later.address()).close();
            makeLater(later);

            StateException refused =
                    catchThrowableOfType(
                            StateException.class, () -> SharedDatabase.open(later.address()));
            assertThat(refused)
                    .hasMessageContaining("has schema 99")
                    .hasMessageContaining("later version");
        }
    }

    private static void makeLater(PostgresDatabase later) throws SQLException {
        try (Connection owner = later.connect();
                Statement statement = owner.createStatement()) {
            statement.execute(
                    "INSERT INTO circles_schema SELECT 1000, '99', 'later', type, 'V99__later.sql', 1,"
                            + " installed_by, now(), 1, true FROM circles_schema WHERE version = '1'");
        }
    }

    @Test
    void serversThatStartAtOnceMakeTheTablesOnce() {
        try (PostgresDatabase empty = PostgresDatabase.create()) {
            List<CompletableFuture<SharedDatabase>> starting = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                starting.add(
                        CompletableFuture.supplyAsync(() -> SharedDatabase.open(empty.address())));
            }
            starting.forEach(each -> each.join().close());
        }
    }
}
