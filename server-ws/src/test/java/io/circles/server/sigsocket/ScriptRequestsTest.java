package io.circles.server.sigsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptRunner;
import io.circles.script.ScriptTask;
import io.circles.script.state.StateStore;
import io.circles.server.StubScripts;
import io.circles.server.session.TestClock;
import io.circles.server.store.AskingRow;
import io.circles.server.transcript.Cast;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/// What scripts ask to have signed, also when the server ends in between.
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("log of HandlerRuns")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ScriptRequestsTest {
    private static final PublicKey ALICE = Cast.ALICE.pair().publicKey();
    private static final PublicKey BOB = Cast.BOB.pair().publicKey();
    private static final PublicKey MALLORY = Cast.MALLORY.pair().publicKey();
    private static final String ALL = ALICE + "," + BOB + "," + MALLORY;

    private static final String FULL_DISK =
            "CREATE TRIGGER full BEFORE INSERT ON sign_askings BEGIN SELECT RAISE(ABORT, 'full'); END";

    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);
    private final TestClock clock = new TestClock();
    private final StubScripts stub = new StubScripts();
    private final List<JsonNode> signed = new CopyOnWriteArrayList<>();
    private final List<String> occasions = new CopyOnWriteArrayList<>();
    private final TestDevice alice = new TestDevice();
    private final TestDevice bob = new TestDevice();
    private final TestDevice mallory = new TestDevice();

    /// What the handler does besides noting that it was run.
    private SignedHandler handler = (event, occasion) -> {};

    /// Whether it is told what is committed.
    private boolean isTold = true;

    private Path folder;
    private SigningRoom room;
    private StateStore state;
    private ScriptRunner runner;
    private ScriptRequests requests;

    @BeforeEach
    void start(@TempDir Path temporary) throws InterruptedException {
        folder = temporary;
        start(SigSockets.LIMITS);
    }

    private void start(SignLimits limits) throws InterruptedException {
        room = new SigningRoom(folder, limits, clock);
        state =
                new StateStore(
                        folder.resolve("state.db"),
                        1 << 20,
                        writers,
                        room.clock,
                        effects -> {
                            if (isTold) {
                                requests.committed(effects);
                            }
                        });
        runner = new ScriptRunner(stub, state, new Random(1));
        requests =
                ScriptRequests.of(
                        room.socket, room.signs, state, this::handle, room.timers, room.clock);
        requests.start();
    }

    private void handle(JsonNode event, String occasion) throws InterruptedException {
        signed.add(event);
        occasions.add(occasion);
        handler.signed(event, occasion);
    }

    @AfterEach
    void stop() {
        room.close();
        requests.close();
        state.close();
        writers.shutdownNow();
    }

    private void restart() throws InterruptedException {
        restart(SigSockets.LIMITS);
    }

    private void restart(SignLimits limits) throws InterruptedException {
        room.close();
        requests.close();
        state.close();
        start(limits);
    }

    private String run(String script) throws InterruptedException {
        String id = UUID.randomUUID().toString();
        ScriptJob job =
                new ScriptJob(
                        UUID.randomUUID().toString(),
                        ScriptEnvironment.of(SigningRoom.CIRCLE, "test").withState(state.url()),
                        Caller.of(BOB),
                        EnumSet.allOf(Capability.class),
                        new ScriptTask.Play(script.formatted(id)),
                        null,
                        ScriptLimits.DEFAULTS);
        var _ = runner.run(job, null);
        return id;
    }

    private Listening listen(PublicKey key, TestDevice device) {
        return room.socket.listen(key, device, true);
    }

    private JsonNode outcome(int number) {
        await().until(() -> signed.size() > number);
        return signed.get(number);
    }

    private static List<String> words(JsonNode all, String member) {
        List<String> words = new ArrayList<>();
        all.forEach(each -> words.add(each.path(member).asText()));
        return words;
    }

    @Test
    void aRequestReachesTheDeviceAndItsEndTheHandler() throws Exception {
        Listening listening = listen(ALICE, alice);
        String id = run("sign %s 1 " + ALICE);
        SignRequest request = alice.next();
        assertThat(request.id()).isEqualTo(id);
        assertThat(request.requester()).isEqualTo(Requester.of(BOB));
        assertThat(request.expiresAt()).isEqualTo(request.created().plusSeconds(60));
        listening.respond(id, TestDevice.signature(Cast.ALICE.pair(), request));

        JsonNode event = outcome(0);
        String signature = TestDevice.signature(Cast.ALICE.pair(), request).hex();
        assertThat(event.path("id").asText()).isEqualTo(id);
        assertThat(event.path("state").asText()).isEqualTo("approved");
        assertThat(event.path("signatures"))
                .isEqualTo(
                        Json.array()
                                .add(
                                        Json.object()
                                                .put("key", ALICE.hex())
                                                .put("signature", signature)));
        assertThat(event.path("keys")).isEqualTo(Json.array().add(ALICE.hex()));
        assertThat(event.path("threshold").asInt()).isEqualTo(1);
        assertThat(event.path("reason").isNull()).isTrue();
        assertThat(event.path("refusals").isEmpty()).isTrue();
        assertThat(event.path("message").asText()).isEqualTo("cmVudA==");
        assertThat(event.path("contentType").asText()).isEqualTo("text/plain");
        assertThat(event.path("display").asText()).isEqualTo("Pay the rent?");
        assertThat(event.path("digest").asText()).isEqualTo("sha256");
        assertThat(event.path("requester").asText()).isEqualTo(BOB.hex());
        assertThat(event.path("requestedAt").asLong()).isEqualTo(room.clock.millis());
        assertThat(event.path("endedAt").asLong()).isEqualTo(room.clock.millis());
        assertThat(occasions).containsExactly("signed/" + id);
        assertThat(state.unhandled(0, 10)).isEmpty();
    }

    @Test
    void whatMayHaveBeenCommittedIsLookedFor() throws Exception {
        listen(ALICE, alice);
        isTold = false;
        String id = run("sign %s 1 " + ALICE);
        assertThat(state.unhandled(0, 9)).hasSize(1);
        requests.committed(List.of());

        assertThat(alice.next().id()).isEqualTo(id);
    }

    @Test
    void ofSeveralKeysSoManyAsHaveToSignAndTheRestIsToldThatItIsOver() throws Exception {
        Listening first = listen(ALICE, alice);
        Listening second = listen(BOB, bob);
        listen(MALLORY, mallory);
        String id = run("sign %s 2 " + ALL);
        SignRequest hers = alice.next();
        SignRequest his = bob.next();
        SignRequest rest = mallory.next();
        assertThat(List.of(hers.id(), his.id(), rest.id()))
                .containsExactly(id, id + ".2", id + ".3");
        second.respond(his.id(), TestDevice.signature(Cast.BOB.pair(), his));
        assertThat(signed).isEmpty();
        first.respond(hers.id(), TestDevice.signature(Cast.ALICE.pair(), hers));

        JsonNode event = outcome(0);
        assertThat(event.path("state").asText()).isEqualTo("approved");
        assertThat(words(event.path("signatures"), "key")).containsExactly(BOB.hex(), ALICE.hex());
        assertThat(mallory.closings()).containsExactly(rest.id() + " cancelled");
        assertThat(room.socket.pending()).isZero();
    }

    @Test
    void whenTooFewAreLeftItIsOverToo() throws Exception {
        Listening first = listen(ALICE, alice);
        Listening second = listen(BOB, bob);
        listen(MALLORY, mallory);
        run("sign %s 2 " + ALL);
        first.reject(alice.next().id(), "");
        assertThat(signed).isEmpty();
        second.reject(bob.next().id(), "no money");

        JsonNode event = outcome(0);
        assertThat(event.path("state").asText()).isEqualTo("rejected");
        assertThat(words(event.path("refusals"), "reason")).containsExactly("null", "no money");
        assertThat(mallory.closings()).hasSize(1);
    }

    @Test
    void aRequestThatNobodyAnswersExpires() throws Exception {
        run("sign %s 1 " + ALICE);
        await().until(() -> room.socket.pending() == 1);
        awaitInTime(() -> room.socket.pending() == 0);

        assertThat(outcome(0).path("state").asText()).isEqualTo("expired");
        assertThat(room.audited()).containsExactly("requested", "expired");
    }

    @Test
    void aScriptCanWithdrawWhatWasAskedInTheSameRunToo() throws Exception {
        listen(ALICE, alice);
        String id = run("sign %s 1 " + ALICE);
        SignRequest request = alice.next();
        run("withdraw " + id);
        assertThat(outcome(0).path("state").asText()).isEqualTo("cancelled");
        assertThat(alice.closings()).containsExactly(request.id() + " cancelled");
        run("sign %1$s 2 " + ALL + "\nwithdraw %1$s");
        assertThat(outcome(1).path("state").asText()).isEqualTo("cancelled");
        run("withdraw " + id);
        assertThat(state.lastEffect()).isEqualTo(5);
        await().until(() -> state.unhandled(0, 10).isEmpty());
        assertThat(signed).hasSize(2);
    }

    @Test
    void requestsSurviveARestartAndWhatWasDeliveredIsDeliveredAgain() throws Exception {
        Listening before = listen(ALICE, alice);
        String id = run("sign %s 2 " + ALL);
        SignRequest request = alice.next();
        before.respond(id, TestDevice.signature(Cast.ALICE.pair(), request));
        await().until(() -> room.socket.pending() == 2);
        restart();
        assertThat(room.socket.pending()).isEqualTo(2);
        listen(BOB, bob);
        SignRequest his = bob.next();
        restart();
        Listening after = listen(BOB, bob);
        assertThat(bob.next()).isEqualTo(his);
        after.respond(his.id(), TestDevice.signature(Cast.BOB.pair(), his));

        JsonNode event = outcome(0);
        assertThat(event.path("state").asText()).isEqualTo("approved");
        assertThat(words(event.path("signatures"), "key")).containsExactly(ALICE.hex(), BOB.hex());
        assertThat(room.audited())
                .containsExactly(
                        "requested",
                        "requested",
                        "requested",
                        "delivered",
                        "approved",
                        "delivered",
                        "approved",
                        "cancelled: enough have signed");
    }

    @Test
    void aDeviceThatIsLostTakesNothingOfAScriptWithItNotEvenAfterARestart() throws Exception {
        run("sign %s 1 " + ALICE);
        restart();
        Listening lost = listen(ALICE, alice);
        SignRequest shown = alice.next();
        lost.lost(shown.id());
        listen(ALICE, bob);

        assertThat(bob.next()).isEqualTo(shown);
        assertThat(signed).isEmpty();
    }

    @Test
    void whatWasOverWhileTheServerWasAwayExpires() throws Exception {
        run("sign %s 1 " + ALICE);
        await().until(() -> room.socket.pending() == 1);
        clock.pass(Duration.ofMinutes(1));
        restart();
        room.timers.passAll();

        assertThat(outcome(0).path("state").asText()).isEqualTo("expired");
    }

    @Test
    void whatSomebodyWaitedForEndsWithTheServer() throws Exception {
        var _ = room.asking(SigningRoom.waiting(SigningRoom.ask(Cast.ALICE, "rent")));
        await().ignoreExceptions().until(() -> room.audited().contains("requested"));
        room.kill();
        start(SigSockets.LIMITS);
        assertThat(room.audited()).containsExactly("requested", "cancelled: the server was gone");
        assertThat(room.socket.pending()).isZero();
    }

    @Test
    void aHandlerThatDiesAfterItsCommitIsNotRunForTheSameEndAgain() throws Exception {
        AtomicInteger dying = new AtomicInteger();
        handler =
                (event, occasion) -> {
                    var _ = runner.runOnce(publishing(), occasion);
                    if (dying.getAndIncrement() == 0) {
                        // the server is killed before it has noted that the handler was run
                        throw new InterruptedException();
                    }
                };
        Listening listening = listen(ALICE, alice);
        String id = run("sign %s 1 " + ALICE);
        listening.respond(id, TestDevice.signature(Cast.ALICE.pair(), alice.next()));
        outcome(0);
        await().until(() -> dying.get() == 1);
        restart();
        outcome(1);
        await().until(() -> dying.get() == 2);
        restart();

        assertThat(occasions).containsExactly("signed/" + id, "signed/" + id);
        assertThat(state.effects(0, 10))
                .extracting(e -> e.kind())
                .containsExactly("sign", "publish");
    }

    private ScriptJob publishing() {
        return new ScriptJob(
                UUID.randomUUID().toString(),
                ScriptEnvironment.of(SigningRoom.CIRCLE, "test").withState(state.url()),
                Caller.circle(SigningRoom.CIRCLE),
                EnumSet.allOf(Capability.class),
                new ScriptTask.Play("publish signed 1"),
                null,
                ScriptLimits.DEFAULTS);
    }

    @Test
    void aHandlerThatFailsIsRunAgainTwelveTimesAndThenItsRequestIsADeadLetter() throws Exception {
        handler =
                (event, occasion) -> {
                    throw new CircleException(ErrorCode.SCRIPT_ERROR);
                };
        Listening listening = listen(ALICE, alice);
        String id = run("sign %s 1 " + ALICE);
        listening.reject(alice.next().id(), "");
        awaitInTime(() -> signed.size() >= 3);
        await().until(() -> row(id).failures() == signed.size());
        // the pause until the next try ends with the server
        restart();
        awaitInTime(() -> number("SELECT done FROM sign_askings") == 2);
        restart();
        room.pass(Duration.ofHours(1));
        assertThat(signed).hasSize(SignedBacklog.RETRIES.most());
        assertThat(row(id).end().orElseThrow().state()).isEqualTo("rejected");
    }

    @Test
    void whatTheServerIsToBlameForIsTriedForAsLongAsItTakes() throws Exception {
        List<RuntimeException> causes =
                List.of(
                        new CircleException(ErrorCode.NO_WORKER),
                        new CircleException(ErrorCode.BUSY),
                        new CircleException(ErrorCode.INTERNAL_ERROR),
                        new IllegalStateException("something else"));
        int times = 3 * SignedBacklog.RETRIES.most();
        handler =
                (event, occasion) -> {
                    if (signed.size() <= times) {
                        throw causes.get(signed.size() % causes.size());
                    }
                };
        Listening listening = listen(ALICE, alice);
        String id = run("sign %s 1 " + ALICE);
        listening.reject(alice.next().id(), "");
        awaitInTime(() -> number("SELECT done FROM sign_askings") == 1);

        assertThat(signed).hasSize(times + 1);
        assertThat(row(id).failures()).isZero();
        assertThat(row(id).tries()).isEqualTo(times);
    }

    @Test
    void soManyEndsAtOnceAreToldOneAtATimeAndAllOfThem() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch held = new CountDownLatch(1);
        handler =
                (event, occasion) -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    held.await();
                    now.decrementAndGet();
                };
        for (int i = 0; i < 20; i++) {
            run("sign %s 1 " + ALICE);
        }
        await().until(() -> room.socket.pending() == 20);
        awaitInTime(() -> now.get() == 1 && room.socket.pending() == 0);
        held.countDown();

        await().until(() -> number("SELECT count(*) FROM sign_askings WHERE done = 1") == 20);
        assertThat(most.get()).isEqualTo(1);
        assertThat(Set.copyOf(occasions)).hasSize(20);
    }

    /// Lets time pass until it is so.
    private void awaitInTime(Callable<Boolean> done) {
        await().until(
                        () -> {
                            room.pass(Duration.ofMinutes(5));
                            return done.call();
                        });
    }

    private AskingRow row(String id) {
        return room.signs.asking(id).orElseThrow();
    }

    private long number(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + room.file);
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            return row.next() ? row.getLong(1) : -1;
        }
    }

    private void awaitAsked(int pending) {
        await().until(() -> room.socket.pending() == pending && state.unhandled(0, 10).isEmpty());
    }

    /// As it is done while the server has the file open.
    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + room.file);
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    @Test
    void whatCannotBeKeptForAWhileIsAskedLater() throws Exception {
        run("sign %s 1 " + BOB);
        awaitAsked(1);
        sql(FULL_DISK);
        listen(ALICE, alice);
        String first = run("sign %s 1 " + ALICE);
        run("withdraw " + UUID.randomUUID());
        await().until(() -> room.timers.lastDelayMillis() == 5_000);
        sql("DROP TRIGGER full");
        String second = run("sign %s 1 " + ALICE);

        assertThat(alice.next().id()).isEqualTo(first);
        assertThat(alice.next().id()).isEqualTo(second);
        await().until(() -> state.unhandled(0, 10).isEmpty());
    }

    @Test
    void whenTheStateIsAnotherOnesItsRequestsAreAskedAllTheSame() throws Exception {
        run("sign %s 1 " + BOB);
        run("sign %s 1 " + BOB);
        awaitAsked(2);
        room.close();
        requests.close();
        state.close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().contains("state.db")).toList()) {
                Files.delete(file);
            }
        }
        start(SigSockets.LIMITS);
        listen(ALICE, alice);
        String id = run("sign %s 1 " + ALICE);

        assertThat(alice.next().id()).isEqualTo(id);
        await().until(() -> room.signs.left().lastEffect() == 1);
    }

    @Test
    void oneThatCannotBeReadKeepsNeitherTheCircleFromStartingNorTheOthersFromBeingAsked()
            throws Exception {
        run("sign %s 1 " + ALICE);
        run("sign %s 1 " + BOB);
        awaitAsked(2);
        sql("UPDATE sign_requests SET digest = 'md5' WHERE key = '" + ALICE + "'");
        restart();
        listen(BOB, bob);

        assertThat(bob.next().key()).isEqualTo(BOB);
        assertThat(room.socket.pending()).isEqualTo(1);
    }

    @Test
    void aScriptThatAsksForTooMuchIsToldByTheHandler() throws Exception {
        restart(new SignLimits(1, 9, 600, 3, Duration.ofDays(7)));
        run("sign %s 1 " + ALICE);
        JsonNode event = outcome(0);
        assertThat(event.path("state").asText()).isEqualTo("failed");
        assertThat(event.path("reason").asText()).isEqualTo("too_big");

        restart(new SignLimits(1, 40, 600, 4, Duration.ofDays(7)));
        run("sign %s 1 " + ALICE);
        run("sign %s 2 " + ALL);
        run("sign %s 3 " + ALL);
        assertThat(outcome(1).path("state").asText()).isEqualTo("failed");
        assertThat(outcome(1).path("reason").asText()).isEqualTo("too_many");
        assertThat(words(outcome(1).path("refusals"), "key"))
                .as("of three that have to sign, one cannot be asked")
                .containsExactly(ALICE.hex());
    }

    @Test
    void whatIsRefusedIsOneEntryOfTheAuditAndItsMessageIsKeptOnce() throws Exception {
        restart(new SignLimits(9, 9, 600, 3, Duration.ofDays(7)));
        String big = run("sign %s 2 " + ALL);
        assertThat(words(outcome(0).path("refusals"), "reason"))
                .containsExactly("too_big", "too_big", "too_big");
        assertThat(room.audited()).containsExactly("failed: too_big");
        assertThat(outcome(0).path("message").asText()).isEqualTo("cmVudA==");
        assertThat(row(big).requests())
                .allSatisfy(each -> assertThat(each.message()).isEqualTo("cmVudA=="));
        assertThat(number("SELECT count(*) FROM sign_requests WHERE message = ''")).isEqualTo(2);

        restart(new SignLimits(9, 8, 600, 4, Duration.ofDays(7)));
        run("sign %s 2 " + ALL);
        awaitAsked(2);
        run("sign %s 2 " + ALL);
        assertThat(outcome(1).path("reason").asText()).isEqualTo("too_many_of_requester");
        assertThat(room.audited())
                .as("of the first one can be asked no third key, of the second no key at all")
                .containsExactly(
                        "failed: too_big",
                        "requested",
                        "requested",
                        "failed: too_many_of_requester",
                        "failed: too_many_of_requester");
        assertThat(room.socket.pending()).isEqualTo(2);
        assertThat(room.verified().problem()).isEmpty();
    }

    @Test
    void whatIsAskedTooOftenIsRefusedButNotForWhatTheDiskIsToBlame() throws Exception {
        restart(new SignLimits(40, 40, 3, 4, Duration.ofDays(7)));
        run("sign %s 1 " + ALICE);
        awaitAsked(1);
        sql(FULL_DISK);
        run("sign %s 1 " + ALICE);
        await().until(() -> room.timers.lastDelayMillis() == 5_000);
        assertThat(room.socket.pending()).isEqualTo(1);
        room.timers.passAll();
        sql("DROP TRIGGER full");
        run("sign %s 1 " + ALICE);
        awaitAsked(3);
        run("sign %s 1 " + ALICE);

        assertThat(outcome(0).path("reason").asText()).isEqualTo("too_many");
        assertThat(signed).hasSize(1);
    }
}
