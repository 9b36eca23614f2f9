package io.circles.server.sigsocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import io.circles.script.bus.Bus;
import io.circles.script.bus.BusLine;
import io.circles.script.bus.BusListener;
import io.circles.server.session.TestClock;
import io.circles.server.store.AskingRow;
import io.circles.server.transcript.Cast;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes that serve one circle, and devices at either.
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class NodesTest {
    private static final KeyPair ALICE = Cast.ALICE.pair();
    private static final KeyPair BOB = Cast.BOB.pair();

    private final LinkedBuses buses = new LinkedBuses();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final TestClock clock = new TestClock();
    private final AtomicInteger looks = new AtomicInteger();
    private final TestDevice phone = new TestDevice();
    private final TestDevice laptop = new TestDevice();
    private Path folder;
    private SigningRoom one;
    private SigningRoom two;

    @BeforeEach
    void open(@TempDir Path temporary) {
        folder = temporary;
        one = room("one");
        two = room("two");
    }

    private SigningRoom room(String name) {
        SigningRoom room = new SigningRoom(folder.resolve(name), SigSockets.LIMITS, clock, threads);
        room.socket.join(buses.node(name), looks::incrementAndGet);
        return room;
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
        buses.close();
        threads.shutdownNow();
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(60));
    }

    private static Listening listen(SigningRoom room, KeyPair key, TestDevice device) {
        return room.socket.listen(key.publicKey(), device, true);
    }

    private static Listening listenUnproven(SigningRoom room, KeyPair key, TestDevice device) {
        return room.socket.listen(key.publicKey(), device, false);
    }

    private static void awaitConnected(SigningRoom room, PublicKey key, boolean connected) {
        soon().until(() -> room.socket.isConnected(key) == connected);
    }

    private static Signature good(SignRequest request) {
        return TestDevice.signature(request.key().equals(ALICE.publicKey()) ? ALICE : BOB, request);
    }

    private static Future<Signed> ask(SigningRoom room, String message) {
        return room.asking(SigningRoom.waiting(SigningRoom.ask(Cast.ALICE, message)));
    }

    private static void assertFails(Future<?> asked, ErrorCode code) {
        assertThatThrownBy(() -> asked.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        CircleException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aDeviceAtAnotherNodeIsAskedAndTheHomeVerifiesKeepsAndAuditsItsAnswer() throws Exception {
        Listening listening = listen(two, ALICE, phone);
        awaitConnected(one, ALICE.publicKey(), true);
        Future<Signed> asked = one.asking(SigningRoom.ask(Cast.ALICE, "rent"));
        SignRequest request = phone.next();

        assertThat(listening.respond(request.id(), good(request))).isTrue();
        assertThat(asked.get().signature().hex()).isEqualTo(good(request).hex());
        assertThat(asked.get().request()).isEqualTo(request);
        assertThat(one.audited()).containsExactly("requested", "delivered", "approved");
        assertThat(two.file).doesNotExist();
        assertThat(one.ended).containsExactly(SignState.APPROVED);
        assertThat(two.ended).isEmpty();
        assertThat(phone.closings()).isEmpty();
        assertThat(listening.respond(request.id(), good(request))).isFalse();
    }

    @Test
    void itCanSayNo() throws Exception {
        Listening listening = listen(two, ALICE, phone);
        Future<Signed> asked = ask(one, "rent");

        assertThat(listening.reject(phone.next().id(), "no money")).isTrue();
        assertFails(asked, ErrorCode.SIGNER_REJECTED);
        assertThat(one.audited()).contains("rejected: no money");
    }

    @Test
    void aSignatureThatDoesNotVerifyGoesBackAndChangesNothing() throws Exception {
        Listening listening = listen(two, ALICE, phone);
        Future<Signed> asked = ask(one, "rent");
        SignRequest request = phone.next();

        assertThatThrownBy(
                        () -> listening.respond(request.id(), TestDevice.signature(BOB, request)))
                .isInstanceOfSatisfying(
                        CircleException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SIGNATURE));
        assertThat(listening.respond(request.id(), good(request))).isTrue();
        assertThat(asked.get().request()).isEqualTo(request);
    }

    @Test
    void noNodeCanMakeASignatureValid() throws Exception {
        listen(two, ALICE, phone);
        Future<Signed> asked = ask(one, "rent");
        SignRequest request = phone.next();
        buses.say(
                "two",
                "one",
                new NodeMessage.Answered(
                                77,
                                request.id(),
                                request.key().hex(),
                                SignState.APPROVED,
                                TestDevice.signature(BOB, request).hex())
                        .json());
        buses.say("two", "one", Json.object().put("kind", "nonsense"));
        buses.say("two", "one", Json.object().put("kind", "answered").put("number", "x"));
        buses.say(
                "two",
                "one",
                new NodeMessage.Answered(
                                78, request.id(), request.key().hex(), SignState.EXPIRED, "")
                        .json());
        buses.say(
                "two",
                "one",
                new NodeMessage.Answered(
                                79, request.id(), request.key().hex(), SignState.REJECTED, "no")
                        .json());

        assertFails(asked, ErrorCode.SIGNER_REJECTED);
        assertThat(one.audited()).containsExactly("requested", "delivered", "rejected: no");
    }

    @Test
    void whatNobodyMayAskForIsShownToNoDevice() throws Exception {
        Listening listening = listen(two, ALICE, phone);
        Future<Signed> asked = ask(one, "rent");
        SignRequest request = phone.next();
        SignRequest disguised = withMessage(request, "circles log-in");
        buses.say("one", "two", NodeMessage.Asked.of(disguised).json());
        listening.respond(request.id(), good(request));
        asked.get();
        Future<Signed> next = ask(one, "more");
        SignRequest more = phone.next();

        assertThat(more.message()).isEqualTo(Message.of("more".getBytes(UTF_8)));
        listening.respond(more.id(), good(more));
        next.get();
    }

    @Test
    void ofADeviceAtEachNodeTheFirstGoodAnswerCountsAndTheOtherIsTold() throws Exception {
        Listening here = listen(one, ALICE, laptop);
        Listening there = listen(two, ALICE, phone);
        Future<Signed> asked = ask(one, "rent");
        SignRequest request = phone.next();
        assertThat(laptop.next()).isEqualTo(request);
        there.respond(request.id(), good(request));

        asked.get();
        assertThat(laptop.closings()).containsExactly(request.id() + " approved");
        assertThat(here.respond(request.id(), good(request))).isFalse();

        Future<Signed> again = ask(one, "more");
        SignRequest more = phone.next();
        here.respond(laptop.next().id(), good(more));
        again.get();
        soon().until(() -> phone.closings().contains(more.id() + " approved"));
        assertThat(there.respond(more.id(), good(more))).isFalse();
        soon().until(
                        () ->
                                one.audited()
                                        .equals(
                                                List.of(
                                                        "requested",
                                                        "delivered",
                                                        "approved",
                                                        "late: approved",
                                                        "requested",
                                                        "delivered",
                                                        "approved",
                                                        "late: approved")));
    }

    @Test
    void ofTwoDevicesAtAnotherNodeTheSecondIsToldToo() throws Exception {
        Listening first = listen(two, ALICE, phone);
        Listening second = listen(two, ALICE, laptop);
        Future<Signed> asked = ask(one, "rent");
        SignRequest request = phone.next();
        assertThat(laptop.next()).isEqualTo(request);
        first.respond(request.id(), good(request));

        asked.get();
        assertThat(laptop.closings()).containsExactly(request.id() + " approved");
        assertThat(phone.closings()).isEmpty();
        assertThat(second.reject(request.id(), "")).isFalse();
        soon().until(() -> one.audited().contains("late: rejected"));
    }

    @Test
    void aDeviceMovesFromNodeToNodeAndItsRequestsWithIt() throws Exception {
        AskingRow asking = one.collect(1, List.of(Cast.ALICE));
        Listening there = listen(two, ALICE, phone);
        SignRequest request = phone.next();
        there.close();
        Listening here = listen(one, ALICE, laptop);
        assertThat(laptop.next()).isEqualTo(request);
        here.close();
        Listening back = listen(two, ALICE, phone);
        assertThat(phone.next()).isEqualTo(request);

        assertThat(back.respond(request.id(), good(request))).isTrue();
        assertThat(one.signs.asking(asking.id()).orElseThrow().end().orElseThrow().state())
                .isEqualTo("approved");
    }

    @Test
    void presenceIsThatOfAllNodes() throws Exception {
        assertThatThrownBy(
                        () ->
                                one.asking(SigningRoom.ask(Cast.ALICE, "rent"))
                                        .get(20, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        CircleException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.SIGNER_NOT_CONNECTED));
        Listening proven = listen(two, ALICE, phone);
        Listening second = listen(two, ALICE, laptop);
        Listening here = listen(one, BOB, new TestDevice());
        soon().until(() -> one.socket.connected() == 3 && two.socket.connected() == 3);
        assertThat(one.socket.connectedKeys()).isEqualTo(1);
        assertThat(two.socket.connectedKeys()).isEqualTo(1);
        SigningRoom three = room("three");
        soon().until(() -> three.socket.connected() == 3);
        three.close();
        proven.close();
        second.close();
        awaitConnected(one, ALICE.publicKey(), false);
        here.close();
        awaitConnected(two, BOB.publicKey(), false);
        assertThat(two.socket.connected()).isZero();
    }

    @Test
    void aProvenDeviceAtAnyNodeShutsOutThoseThatHaveProvenNothing() throws Exception {
        AskingRow asking = one.collect(1, List.of(Cast.ALICE));
        listenUnproven(two, ALICE, phone);
        SignRequest request = phone.next();
        listenUnproven(one, ALICE, laptop);
        laptop.next();
        TestDevice wallet = new TestDevice();
        Listening proven = listen(two, ALICE, wallet);
        assertThat(wallet.next()).isEqualTo(request);

        soon().until(() -> laptop.closings().size() == 1 && phone.closings().size() == 1);
        soon().until(() -> one.socket.connected() == 1 && two.socket.connected() == 1);
        proven.close();
        assertThat(phone.next()).isEqualTo(request);
        assertThat(laptop.next()).isEqualTo(request);
        assertThat(asking.requests()).hasSize(1);
    }

    @Test
    void anUnprovenDeviceThatIsLostFailsWhatSomebodyWaitsForAndNotWhatAScriptHasAsked()
            throws Exception {
        Listening device = listenUnproven(two, ALICE, phone);
        awaitConnected(one, ALICE.publicKey(), true);
        Future<Signed> asked = one.asking(SigningRoom.ask(Cast.ALICE, "rent"));
        device.lost(phone.next().id());
        assertFails(asked, ErrorCode.SIGNER_NOT_CONNECTED);

        AskingRow asking = one.collect(1, List.of(Cast.ALICE));
        Listening next = listenUnproven(two, ALICE, phone);
        SignRequest request = phone.next();
        next.lost(request.id());
        listenUnproven(two, ALICE, laptop);
        assertThat(laptop.next()).isEqualTo(request);
        assertThat(asking.id()).isEqualTo(request.id());
    }

    @Test
    void aWrongAnswerOfAnUnprovenDeviceEndsWhatNoOtherCanAnswer() throws Exception {
        Listening there = listenUnproven(two, ALICE, phone);
        Listening here = listenUnproven(one, ALICE, laptop);
        Future<Signed> asked = ask(one, "rent");
        SignRequest request = phone.next();
        laptop.next();

        assertThat(there.failed(request.id(), SignFailure.OTHER_MESSAGE)).isFalse();
        assertThat(one.socket.pending()).isEqualTo(1);
        TestDevice late = new TestDevice();
        listenUnproven(two, ALICE, late);
        assertThat(late.next()).isEqualTo(request);
        assertThat(phone.unseen()).as("it is not asked again").isEmpty();
        here.failed(request.id(), SignFailure.OTHER_MESSAGE);
        assertThat(one.socket.pending()).isEqualTo(1);

        Future<Signed> alone = two.asking(SigningRoom.waiting(SigningRoom.ask(Cast.BOB, "rent")));
        TestDevice only = new TestDevice();
        Listening bobs = listenUnproven(one, BOB, only);
        assertThat(bobs.failed(only.next().id(), SignFailure.MALFORMED_ANSWER)).isTrue();
        assertFails(alone, ErrorCode.INVALID_SIGNATURE);
        assertThat(asked.isDone()).isFalse();
    }

    @Test
    void whatExpiresIsOverAtEveryNode() throws Exception {
        Listening listening = listen(two, ALICE, phone);
        Future<Signed> asked = ask(one, "rent");
        SignRequest request = phone.next();
        one.pass(SigningRoom.ask(Cast.ALICE, "rent").timeout());

        assertFails(asked, ErrorCode.SIGNER_TIMEOUT);
        soon().until(() -> phone.closings().equals(List.of(request.id() + " expired")));
        assertThat(listening.respond(request.id(), good(request))).isFalse();
        soon().until(
                        () ->
                                one.audited()
                                        .equals(
                                                List.of(
                                                        "requested",
                                                        "delivered",
                                                        "expired",
                                                        "late: approved")));
    }

    @Test
    void whenTheNodeOfADeviceEndsTheNextDeviceIsAsked() throws Exception {
        AskingRow asking = one.collect(1, List.of(Cast.ALICE));
        listen(two, ALICE, phone);
        SignRequest request = phone.next();
        two.close();
        awaitConnected(one, ALICE.publicKey(), false);
        assertThat(one.socket.pending()).isEqualTo(1);
        Listening next = listen(one, ALICE, laptop);

        assertThat(laptop.next()).isEqualTo(request);
        assertThat(next.respond(asking.id(), good(request))).isTrue();
        assertThat(looks.get()).as("the other may have left something in the log").isPositive();
    }

    @Test
    void whenTheNodeOfAnUnprovenDeviceEndsWhatSomebodyWaitsForFails() throws Exception {
        listenUnproven(two, ALICE, phone);
        Future<Signed> asked = ask(one, "rent");
        phone.next();
        buses.cut("one", "two");

        assertFails(asked, ErrorCode.SIGNER_NOT_CONNECTED);
    }

    @Test
    void whenSomethingWasLostOnTheWayAnUnprovenDeviceThatIsThereIsAskedAgain() throws Exception {
        Listening listening = listenUnproven(two, ALICE, phone);
        Future<Signed> asked = ask(one, "rent");
        SignRequest request = phone.next();
        buses.gap("one", "two");

        assertThat(phone.next()).isEqualTo(request);
        assertThat(listening.respond(request.id(), good(request))).isTrue();
        assertThat(asked.get().request()).isEqualTo(request);
    }

    @Test
    void anUnprovenDeviceThatIsGoneWhenItsNodeBeginsAnewFailsWhatSomebodyWaitsFor()
            throws Exception {
        Listening listening = listenUnproven(two, ALICE, phone);
        listenUnproven(two, BOB, laptop);
        Future<Signed> hers = ask(one, "rent");
        Future<Signed> his = one.asking(SigningRoom.waiting(SigningRoom.ask(Cast.BOB, "more")));
        phone.next();
        SignRequest request = laptop.next();
        buses.lose("one", "two");
        listening.close();
        buses.gap("one", "two");

        assertFails(hers, ErrorCode.SIGNER_NOT_CONNECTED);
        assertThat(laptop.next()).isEqualTo(request);
        assertThat(his.isDone()).isFalse();
    }

    @Test
    void whenANodeLeavesThatHasBegunAnewWhatItsUnprovenDeviceWasAskedFails() throws Exception {
        listenUnproven(two, ALICE, phone);
        Future<Signed> asked = ask(one, "rent");
        phone.next();
        buses.lose("one", "two");
        buses.gapOf("one", "two");
        buses.cut("one", "two");

        assertFails(asked, ErrorCode.SIGNER_NOT_CONNECTED);
    }

    @Test
    void whileANodeSaysAnewWhoListensThereNoUnprovenDeviceIsShownWhatAProvenOneMayBe()
            throws Exception {
        TestDevice wallet = new TestDevice();
        listen(two, ALICE, wallet);
        listenUnproven(one, ALICE, phone);
        soon().until(() -> one.socket.connected() == 1);
        buses.lose("one", "two");
        buses.gapOf("one", "two");
        awaitUnsure();
        one.collect(1, List.of(Cast.ALICE));
        listenUnproven(one, ALICE, laptop);
        assertThat(phone.unseen()).isEmpty();
        assertThat(laptop.unseen()).isEmpty();
        buses.gap("one", "two");

        wallet.next();
        assertThat(phone.unseen()).isEmpty();
        assertThat(laptop.unseen()).isEmpty();
    }

    @Test
    void whenTheNodeOfTheProvenDeviceDoesNotComeBackTheUnprovenOnesAreShownWhatItWas()
            throws Exception {
        listen(two, ALICE, new TestDevice());
        listenUnproven(one, ALICE, phone);
        soon().until(() -> one.socket.connected() == 1);
        buses.lose("one", "two");
        buses.gapOf("one", "two");
        awaitUnsure();
        AskingRow asking = one.collect(1, List.of(Cast.ALICE));
        assertThat(phone.unseen()).isEmpty();
        buses.cut("one", "two");

        assertThat(phone.next().id()).isEqualTo(asking.id());
    }

    /// The first has begun anew, and knows nothing of the proven device.
    private void awaitUnsure() {
        soon().until(() -> one.socket.connected() == 1 && looks.get() > 0);
    }

    @Test
    void whatANodeCannotReadTakesNoRoomOnTheWayThere() throws Exception {
        Listening listening = listen(two, ALICE, phone);
        Future<Signed> asked = ask(one, "rent");
        SignRequest request = phone.next();
        List<NodeMessage> heard = new CopyOnWriteArrayList<>();
        Bus three = buses.node("three");
        BusLine line = three.open(SigningRoom.CIRCLE, Bus.Topic.SIGN, new Hearing(heard));
        soon().until(() -> line.nodes().size() == 2 && !heard.isEmpty());
        line.send("two", new NodeMessage.Begin().json());
        line.send("two", NodeMessage.Asked.of(request).json().put("digest", "sha3"));

        soon().until(() -> heard.contains(new NodeMessage.Took(Pending.weight(request))));
        listening.respond(request.id(), good(request));
        asked.get();
    }

    @Test
    void whatANodeAskedBeforeItBeganAnewIsNotShown() throws Exception {
        listen(two, ALICE, phone);
        var _ = ask(one, "rent");
        SignRequest request = phone.next();
        Bus three = buses.node("three");
        BusLine line =
                three.open(SigningRoom.CIRCLE, Bus.Topic.SIGN, new Hearing(new ArrayList<>()));
        soon().until(() -> line.nodes().size() == 2);
        SignRequest before = withMessage(request, "before");
        SignRequest after = withMessage(request, "after");
        line.send("two", NodeMessage.Asked.of(before).json());
        line.send("two", new NodeMessage.Begin().json());
        line.send("two", NodeMessage.Asked.of(after).json());

        assertThat(phone.next().id()).isEqualTo(after.id());
    }

    private static SignRequest withMessage(SignRequest request, String message) {
        return new SignRequest(
                UUID.randomUUID().toString(),
                request.key(),
                Message.of(message.getBytes(UTF_8)),
                request.contentType(),
                request.display(),
                SignDigest.SHA256,
                request.requester(),
                request.created(),
                request.expiresAt(),
                request.signed());
    }

    private record Hearing(List<NodeMessage> heard) implements BusListener {
        @Override
        public void joined(String node) {}

        @Override
        public void received(String node, ObjectNode message) {
            heard.add(NodeMessage.of(message));
        }

        @Override
        public void gap(String node) {}

        @Override
        public void left(String node) {}
    }

    @Test
    void whenTheHomeIsGoneItsRequestsAreWithdrawnAndShownAgainWhenItIsBack() throws Exception {
        AskingRow asking = one.collect(1, List.of(Cast.ALICE));
        Listening listening = listen(two, ALICE, phone);
        SignRequest request = phone.next();
        buses.cut("one", "two");
        soon().until(() -> phone.closings().equals(List.of(request.id() + " cancelled")));
        assertThat(listening.respond(request.id(), good(request))).isFalse();
        buses.join("one", "two");

        assertThat(phone.next()).isEqualTo(request);
        assertThat(listening.respond(request.id(), good(request))).isTrue();
        assertThat(one.signs.asking(asking.id()).orElseThrow().end()).isPresent();
    }

    @Test
    void anAnswerOfWhichNothingIsHeardIsAnErrorAndMayBeGivenAgain() throws Exception {
        one.collect(1, List.of(Cast.ALICE));
        Listening listening = listen(two, ALICE, phone);
        SignRequest request = phone.next();
        buses.lose("one", "two");
        Future<Boolean> answer =
                threads.submit(() -> listening.respond(request.id(), good(request)));
        soon().until(() -> !listening.reject(request.id(), "while that is under way"));
        buses.gap("one", "two");

        assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        CircleException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        assertThat(phone.next()).isEqualTo(request);
        assertThat(listening.respond(request.id(), good(request))).isTrue();
    }

    @Test
    void whatWasLostOnTheWayIsSaidAgain() throws Exception {
        buses.lose("one", "two");
        Listening listening = listen(two, ALICE, phone);
        one.collect(1, List.of(Cast.ALICE));
        buses.gap("one", "two");
        SignRequest request = phone.next();
        buses.lose("one", "two");
        one.pass(Duration.ofMinutes(2));
        soon().until(() -> one.socket.pending() == 0);
        buses.gap("one", "two");

        soon().until(() -> phone.closings().equals(List.of(request.id() + " cancelled")));
        assertThat(listening.respond(request.id(), good(request))).isFalse();
    }

    @Test
    void ofSeveralKeysEachSignsAtItsNode() throws Exception {
        Listening hers = listen(two, ALICE, phone);
        Listening his = listen(one, BOB, laptop);
        TestDevice third = new TestDevice();
        listen(two, Cast.MALLORY.pair(), third);
        AskingRow asking = one.collect(2, List.of(Cast.ALICE, Cast.BOB, Cast.MALLORY));
        SignRequest rest = third.next();
        SignRequest first = phone.next();
        SignRequest second = laptop.next();
        hers.respond(first.id(), good(first));
        his.respond(second.id(), good(second));

        assertThat(one.signs.asking(asking.id()).orElseThrow().end().orElseThrow().state())
                .isEqualTo("approved");
        soon().until(() -> third.closings().equals(List.of(rest.id() + " cancelled")));
    }

    @Test
    void whenTheHomeCannotKeepAnAnswerTheDeviceIsToldAndMayAnswerAgain() throws Exception {
        AskingRow asking = one.collect(1, List.of(Cast.ALICE));
        Listening listening = listen(two, ALICE, phone);
        SignRequest request = phone.next();
        try (OtherHand disk = new OtherHand(one.file)) {
            disk.failEndsOf("state IS NOT NULL");
            assertThatThrownBy(() -> listening.respond(request.id(), good(request)))
                    .isInstanceOfSatisfying(
                            CircleException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL_ERROR));
            disk.letEnd();
        }
        assertThat(listening.respond(request.id(), good(request))).isTrue();
        assertThat(one.signs.asking(asking.id()).orElseThrow().end()).isPresent();
    }

    @Test
    void manyBigRequestsGoToAnotherNodeAsItTakesThem() throws Exception {
        SigningRoom big =
                new SigningRoom(
                        folder.resolve("big"),
                        new SignLimits(100, 1_000, 600, 1 << 20, Duration.ofDays(1)),
                        clock,
                        threads);
        big.socket.join(buses.node("big"), () -> {});
        List<Future<Signed>> asked = new ArrayList<>();
        for (Cast who : List.of(Cast.ALICE, Cast.BOB, Cast.MALLORY)) {
            for (int i = 0; i < 3; i++) {
                asked.add(
                        big.asking(
                                ask(
                                        SigningRoom.ask(who, ""),
                                        (i + "x".repeat(150_000)).getBytes(UTF_8))));
            }
        }
        soon().until(() -> big.socket.pending() == 9);
        TestDevice third = new TestDevice();
        List<Listening> all =
                List.of(
                        listen(two, ALICE, phone),
                        listen(two, BOB, laptop),
                        listen(two, Cast.MALLORY.pair(), third));
        for (int i = 0; i < 3; i++) {
            all.get(0).reject(phone.next().id(), "");
            all.get(1).reject(laptop.next().id(), "");
            all.get(2).reject(third.next().id(), "");
        }
        for (Future<Signed> each : asked) {
            assertFails(each, ErrorCode.SIGNER_REJECTED);
        }
        big.close();
    }

    private static Ask ask(Ask like, byte[] message) {
        return new Ask(
                like.key(),
                Message.of(message),
                like.contentType(),
                like.display(),
                like.digest(),
                like.requester(),
                like.timeout(),
                true);
    }

    @Test
    void theOthersCanBeAskedToLook() {
        soon().until(
                        () -> {
                            one.socket.look();
                            return looks.get() > 0;
                        });
    }
}
