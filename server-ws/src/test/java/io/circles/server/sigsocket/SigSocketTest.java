package io.circles.server.sigsocket;

import static io.circles.server.sigsocket.SigningRoom.ask;
import static io.circles.server.sigsocket.SigningRoom.waiting;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.Digest;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import io.circles.server.transcript.Cast;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests to sign, from the ask to its end.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SigSocketTest {
    private static final KeyPair ALICE = Cast.ALICE.pair();
    private static final BigInteger N =
            new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private final TestDevice phone = new TestDevice();
    private final TestDevice laptop = new TestDevice();
    private SigningRoom room;
    private Path folder;

    @BeforeEach
    void open(@TempDir Path temporary) {
        folder = temporary;
        room = new SigningRoom(folder);
    }

    @AfterEach
    void close() {
        room.close();
    }

    private Listening listen(TestDevice device) {
        return room.socket.listen(ALICE.publicKey(), device, true);
    }

    private static Signature good(SignRequest request) {
        return TestDevice.signature(ALICE, request);
    }

    private static void assertFails(Future<?> asked, ErrorCode code) {
        assertThatThrownBy(() -> asked.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        CircleException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static void assertRefused(ThrowingAsk ask, ErrorCode code) {
        assertThatThrownBy(ask::run)
                .isInstanceOfSatisfying(
                        CircleException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private interface ThrowingAsk {
        void run() throws Exception;
    }

    @Test
    void whoAsksGetsTheSignatureOfTheDevice() throws Exception {
        Listening listening = listen(phone);
        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        SignRequest request = phone.next();
        assertThat(request.message().bytes()).isEqualTo("rent".getBytes(UTF_8));
        assertThat(request.display()).isEqualTo("Sign rent?");
        assertThat(room.socket.pending()).isEqualTo(1);
        assertThat(listening.respond(request.id(), good(request))).isTrue();

        Signed signed = asked.get();
        assertThat(signed.request().id()).isEqualTo(request.id());
        assertThat(signed.signature().verifies(ALICE.publicKey(), "rent".getBytes(UTF_8))).isTrue();
        assertThat(room.audited()).containsExactly("requested", "delivered", "approved");
        assertThat(room.socket.pending()).isZero();
        assertThat(room.ended).containsExactly(SignState.APPROVED);
    }

    @Test
    void withNobodyToAskItFailsAtOnceAndIsNoRequest() {
        assertRefused(
                () -> room.socket.sign(ask(Cast.ALICE, "rent")), ErrorCode.SIGNER_NOT_CONNECTED);
        assertThat(room.file).doesNotExist();
    }

    @Test
    void anAskThatWaitsIsShownToTheDeviceThatComes() throws Exception {
        Future<Signed> asked = room.asking(waiting(ask(Cast.ALICE, "rent")));
        await().until(() -> room.socket.pending() == 1);
        Listening listening = listen(phone);
        SignRequest request = phone.next();
        listening.respond(request.id(), good(request));

        assertThat(asked.get().request()).isEqualTo(request);
    }

    @Test
    void theFirstGoodAnswerWinsAndTheOtherDeviceIsTold() throws Exception {
        Listening one = listen(phone);
        Listening two = listen(laptop);
        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        SignRequest request = phone.next();
        assertThat(laptop.next()).isEqualTo(request);
        assertThat(two.respond(request.id(), good(request))).isTrue();

        asked.get();
        assertThat(phone.closings()).containsExactly(request.id() + " approved");
        assertThat(laptop.closings()).isEmpty();
        assertThat(one.respond(request.id(), good(request))).isFalse();
        assertThat(two.respond(request.id(), good(request))).isFalse();
        assertThat(one.reject(request.id(), "no")).isFalse();
        room.close();
        assertThat(room.audited())
                .containsExactly("requested", "delivered", "approved", "late: approved");
    }

    @Test
    void whatDoesNotVerifyGoesBackToItsSenderAndChangesNothing() throws Exception {
        Listening listening = listen(phone);
        Future<Signed> before = room.asking(ask(Cast.ALICE, "old"));
        SignRequest old = phone.next();
        listening.respond(old.id(), good(old));
        before.get();

        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        SignRequest request = phone.next();
        List<Signature> wrong =
                List.of(
                        Cast.BOB.pair().sign("rent".getBytes(UTF_8)),
                        ALICE.sign("another message".getBytes(UTF_8)),
                        good(old),
                        Signature.parse("01".repeat(64)));
        for (Signature each : wrong) {
            assertRefused(() -> listening.respond(request.id(), each), ErrorCode.INVALID_SIGNATURE);
        }
        assertThat(asked).isNotDone();
        assertThat(listening.respond(request.id(), good(request))).isTrue();
        asked.get();
    }

    @Test
    void derAndHighSAreTakenAndHandedOutCompactWithLowS() throws Exception {
        Listening listening = listen(phone);
        Signature.Compact plain = (Signature.Compact) ALICE.sign("rent".getBytes(UTF_8));
        List<Signature> forms =
                List.of(
                        new Signature.Der(plain.r(), plain.s()),
                        new Signature.Compact(plain.r(), N.subtract(plain.s())),
                        new Signature.Der(plain.r(), N.subtract(plain.s())));
        for (Signature form : forms) {
            Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
            assertThat(listening.respond(phone.next().id(), form)).isTrue();
            assertThat(asked.get().signature()).isEqualTo(plain);
        }
    }

    @Test
    void aRejectionIsFinalAndItsReasonReachesWhoeverAsked() throws Exception {
        Listening listening = listen(phone);
        listen(laptop);
        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        SignRequest request = phone.next();
        assertThat(listening.reject(request.id(), "too much")).isTrue();

        assertFails(asked, ErrorCode.SIGNER_REJECTED);
        assertThatThrownBy(asked::get).hasMessageContaining("too much");
        assertThat(listening.respond(request.id(), good(request))).isFalse();
        assertThat(laptop.closings()).containsExactly(request.id() + " rejected");
        assertThat(room.audited()).containsExactly("requested", "delivered", "rejected: too much");
    }

    @Test
    void inTimeNobodyAnswers() throws Exception {
        listen(phone);
        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        SignRequest request = phone.next();
        room.pass(Duration.ofSeconds(59));
        assertThat(asked).isNotDone();
        room.pass(Duration.ofSeconds(1));

        assertFails(asked, ErrorCode.SIGNER_TIMEOUT);
        assertThat(phone.closings()).containsExactly(request.id() + " expired");
        assertThat(room.audited()).containsExactly("requested", "delivered", "expired");
    }

    @Test
    void whoIsInterruptedCancels() throws Exception {
        listen(phone);
        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        SignRequest request = phone.next();
        asked.cancel(true);

        await().until(() -> phone.closings().equals(List.of(request.id() + " cancelled")));
        assertThat(room.audited())
                .containsExactly("requested", "delivered", "cancelled: nobody waits for it");
    }

    @Test
    void whoStillWaitsWhenTheCircleStopsIsTold() throws Exception {
        listen(phone);
        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        phone.next();
        room.socket.close();

        assertFails(asked, ErrorCode.CANCELLED);
        assertRefused(() -> room.socket.sign(ask(Cast.ALICE, "rent")), ErrorCode.BUSY);
    }

    @Test
    void aDeviceThatIsGoneLeavesTheRequestToTheNext() throws Exception {
        Listening first = listen(phone);
        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        SignRequest request = phone.next();
        first.close();
        assertThat(first.respond(request.id(), good(request))).isFalse();
        Listening second = listen(laptop);
        assertThat(laptop.next()).isEqualTo(request);
        second.respond(request.id(), good(request));

        asked.get();
        assertThat(room.audited()).containsExactly("requested", "delivered", "approved");
    }

    @Test
    void aDeviceThatHasProvenTheKeyShutsOutThoseThatHaveNot() throws Exception {
        Listening unproven = room.socket.listen(ALICE.publicKey(), laptop, false);
        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        SignRequest request = laptop.next();
        Listening proven = listen(phone);
        assertThat(phone.next()).isEqualTo(request);
        assertThat(laptop.closings()).containsExactly(request.id() + " cancelled");
        assertThat(unproven.failed(request.id(), SignFailure.OTHER_MESSAGE)).isFalse();
        assertThat(room.socket.connected()).isEqualTo(1);
        assertThat(asked).isNotDone();

        proven.close();
        assertThat(laptop.next()).isEqualTo(request);
        assertThat(unproven.failed(request.id(), SignFailure.OTHER_MESSAGE)).isTrue();
        assertFails(asked, ErrorCode.INVALID_SIGNATURE);
    }

    @Test
    void aWrongAnswerEndsNothingThatAnotherDeviceIsShownToo() throws Exception {
        Listening one = room.socket.listen(ALICE.publicKey(), phone, false);
        Listening two = room.socket.listen(ALICE.publicKey(), laptop, false);
        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        SignRequest request = phone.next();
        assertThat(one.failed(request.id(), SignFailure.MALFORMED_ANSWER)).isFalse();
        assertThat(asked).isNotDone();
        assertThat(one.respond(request.id(), good(request))).isFalse();
        assertThat(two.respond(request.id(), good(request))).isTrue();
        asked.get();
        assertThat(phone.closings()).isEmpty();

        Future<Signed> next = room.asking(ask(Cast.ALICE, "rent"));
        String id = phone.next().id();
        assertThat(two.failed(id, SignFailure.MALFORMED_ANSWER)).isFalse();
        one.lost(id);
        assertFails(next, ErrorCode.SIGNER_NOT_CONNECTED);
    }

    @Test
    void aWrongAnswerEndsNothingThatAScriptHasAsked() throws Exception {
        Listening garbage = room.socket.listen(ALICE.publicKey(), laptop, false);
        String id = room.collect(1, List.of(Cast.ALICE)).id();
        assertThat(laptop.next().id()).isEqualTo(id);
        assertThat(garbage.failed(id, SignFailure.MALFORMED_ANSWER)).isFalse();
        assertThat(room.socket.pending()).isEqualTo(1);
        Listening next = room.socket.listen(ALICE.publicKey(), phone, false);
        SignRequest request = phone.next();
        assertThat(laptop.unseen()).isEmpty();
        assertThat(next.respond(id, good(request))).isTrue();
        assertThat(room.audited()).containsExactly("requested", "delivered", "approved");
    }

    @Test
    void aFailureSaysWhyInItsOwnCode() throws Exception {
        Listening unproven = room.socket.listen(ALICE.publicKey(), laptop, false);
        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        unproven.lost(laptop.next().id());

        assertFails(asked, ErrorCode.SIGNER_NOT_CONNECTED);
        assertThat(room.audited())
                .containsExactly("requested", "delivered", "failed: disconnected");
    }

    @Test
    void anIdOfAnotherKeyIsNoId() throws Exception {
        listen(phone);
        Listening bob = room.socket.listen(Cast.BOB.pair().publicKey(), laptop, true);
        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        SignRequest request = phone.next();

        assertThat(bob.respond(request.id(), good(request))).isFalse();
        assertThat(bob.reject(request.id(), "")).isFalse();
        assertThat(bob.respond("no such id", good(request))).isFalse();
        assertThat(asked).isNotDone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"circles ", "circles authentication v1\norigin: ws://evil"})
    void whatLooksLikeALogInIsRefused(String message) {
        listen(phone);

        assertRefused(() -> room.socket.sign(ask(Cast.ALICE, message)), ErrorCode.INVALID_PARAMS);
        assertThat(phone.unseen()).isEmpty();
        assertThat(room.file).doesNotExist();
    }

    @Test
    void whatIsNotRightIsRefused() {
        listen(phone);
        Ask right = ask(Cast.ALICE, "rent");
        List<Ask> wrong =
                List.of(
                        with(right, new byte[0], "a/b", "", SignDigest.SHA256, 1_000),
                        with(right, new byte[65_537], "a/b", "", SignDigest.SHA256, 1_000),
                        with(right, new byte[1], "x".repeat(101), "", SignDigest.SHA256, 1_000),
                        with(right, new byte[1], "", "", SignDigest.SHA256, 1_000),
                        with(right, new byte[1], "\ud800", "", SignDigest.SHA256, 1_000),
                        with(right, new byte[1], "a/b\nc", "", SignDigest.SHA256, 1_000),
                        with(
                                right,
                                new byte[1],
                                "a/b",
                                "x".repeat(1_001),
                                SignDigest.SHA256,
                                1_000),
                        with(right, new byte[1], "a/b", "\ud800", SignDigest.SHA256, 1_000),
                        with(right, new byte[1], "a/b", "", SignDigest.TAGGED, 1_000),
                        with(right, new byte[1], "a/b", "", SignDigest.SHA256, 0),
                        with(right, new byte[1], "a/b", "", SignDigest.SHA256, 604_800_001));
        for (Ask each : wrong) {
            assertRefused(() -> room.socket.sign(each), ErrorCode.INVALID_PARAMS);
        }
    }

    private static Ask with(
            Ask ask,
            byte[] message,
            String contentType,
            String display,
            SignDigest digest,
            long millis) {
        return new Ask(
                ask.key(),
                Message.of(message),
                contentType,
                display,
                digest,
                ask.requester(),
                Duration.ofMillis(millis),
                false);
    }

    @Test
    void aTaggedDigestBindsCircleRequesterTypeAndDisplay() throws Exception {
        PublicKey bob = Cast.BOB.pair().publicKey();
        Listening listening = listen(phone);
        Future<Signed> asked =
                room.asking(
                        new Ask(
                                ALICE.publicKey(),
                                Message.of("rent".getBytes(UTF_8)),
                                "text/plain",
                                "Pay?",
                                SignDigest.TAGGED,
                                Requester.of(bob),
                                Ask.TIMEOUT,
                                false));
        SignRequest request = phone.next();
        byte[] tag = Digest.sha256("circles sign v1".getBytes(UTF_8));
        byte[] digest =
                Digest.sha256(
                        tag,
                        tag,
                        SigningRoom.CIRCLE.bytes(),
                        bob.bytes(),
                        Digest.sha256("text/plain".getBytes(UTF_8)),
                        Digest.sha256("Pay?".getBytes(UTF_8)),
                        "rent".getBytes(UTF_8));
        assertThat(request.signed()).isEqualTo(HexFormat.of().formatHex(digest));
        assertRefused(
                () -> listening.respond(request.id(), ALICE.sign("rent".getBytes(UTF_8))),
                ErrorCode.INVALID_SIGNATURE);
        assertThat(asked).isNotDone();
    }

    @Test
    void aKeyAndACircleHaveSoManyOpenRequests() throws Exception {
        room.close();
        room = new SigningRoom(folder, new SignLimits(2, 3, 600, 65_536, Duration.ofDays(7)));
        var _ = room.asking(waiting(ask(Cast.ALICE, "1")));
        var _ = room.asking(waiting(by("second", ask(Cast.ALICE, "2"))));
        await().until(() -> room.socket.pending() == 2);
        assertRefused(
                () -> room.socket.sign(waiting(by("third", ask(Cast.ALICE, "3")))), ErrorCode.BUSY);
        var _ = room.asking(waiting(by("third", ask(Cast.BOB, "4"))));
        await().until(() -> room.socket.pending() == 3);
        assertRefused(
                () -> room.socket.sign(waiting(by("fourth", ask(Cast.MALLORY, "5")))),
                ErrorCode.BUSY);
        await().until(
                        () -> {
                            room.pass(Ask.TIMEOUT);
                            return room.socket.pending() == 0;
                        });
    }

    private static Ask by(String requester, Ask ask) {
        return new Ask(
                ask.key(),
                ask.message(),
                ask.contentType(),
                ask.display(),
                ask.digest(),
                new Requester(requester),
                ask.timeout(),
                ask.waitForDevice());
    }

    @Test
    void aRequesterHasAQuarterOfWhatMayBeOpenAndTheOthersTheRest() {
        room.close();
        room = new SigningRoom(folder, new SignLimits(8, 16, 600, 65_536, Duration.ofDays(7)));
        for (int i = 0; i < 2; i++) {
            var _ = room.asking(waiting(ask(Cast.ALICE, "rent")));
            var _ = room.asking(waiting(ask(Cast.BOB, "rent")));
        }
        await().until(() -> room.socket.pending() == 4);
        for (Cast key : List.of(Cast.ALICE, Cast.MALLORY)) {
            assertThatThrownBy(() -> room.socket.sign(waiting(ask(key, "rent"))))
                    .isInstanceOf(CircleException.class)
                    .hasMessage("Busy: too many requests of this requester are open");
        }
        var _ = room.asking(waiting(by("other", ask(Cast.ALICE, "rent"))));
        await().until(() -> room.socket.pending() == 5);
        await().until(
                        () -> {
                            room.pass(Ask.TIMEOUT);
                            return room.socket.pending() == 0;
                        });
        var _ = room.asking(waiting(ask(Cast.MALLORY, "rent")));
        await().until(() -> room.socket.pending() == 1);
    }

    @Test
    void whatOneRequesterLeavesUnansweredHidesNothingOfOthers() throws Exception {
        listen(phone);
        Ask large =
                with(ask(Cast.ALICE, ""), new byte[60_000], "a/b", "", SignDigest.SHA256, 60_000);
        for (int i = 0; i < 20; i++) {
            var _ = room.asking(large);
        }
        await().until(() -> room.socket.pending() == 20);
        await().until(() -> phone.unseen().size() == 3);
        var _ = room.asking(by("other", large));
        await().until(() -> phone.unseen().size() == 4);
    }

    @Test
    void aRequesterAsksSoOftenInAMinuteAndOthersAllTheSame() {
        room.close();
        room = new SigningRoom(folder, new SignLimits(9, 9, 2, 65_536, Duration.ofDays(7)));
        Ask ask = ask(Cast.ALICE, "rent");
        for (int i = 0; i < 2; i++) {
            assertRefused(() -> room.socket.sign(ask), ErrorCode.SIGNER_NOT_CONNECTED);
        }
        assertRefused(() -> room.socket.sign(ask), ErrorCode.BUSY);
        Ask other =
                new Ask(
                        ask.key(),
                        ask.message(),
                        "a/b",
                        "",
                        SignDigest.SHA256,
                        new Requester("other"),
                        Ask.TIMEOUT,
                        false);
        assertRefused(() -> room.socket.sign(other), ErrorCode.SIGNER_NOT_CONNECTED);
        room.clock.pass(Duration.ofSeconds(30));
        assertRefused(() -> room.socket.sign(ask), ErrorCode.SIGNER_NOT_CONNECTED);
    }

    @Test
    void aDeviceIsShownAtMostAMebibyteAtATimeAndThenTheRest() throws Exception {
        Listening listening = listen(phone);
        Ask right = ask(Cast.ALICE, "rent");
        Ask large = with(right, new byte[60_000], "a/b", "", SignDigest.SHA256, 60_000);
        for (int i = 0; i < 20; i++) {
            var _ = room.asking(by("requester" + i % 10, large));
        }
        await().until(() -> room.socket.pending() == 20);
        // of 80 kB each in base64
        await().until(() -> phone.unseen().size() == 13);
        for (int i = 0; i < 20; i++) {
            SignRequest request = phone.next();
            assertThat(listening.respond(request.id(), good(request))).isTrue();
        }
        await().until(() -> room.socket.pending() == 0);
    }

    @Test
    void aDeviceThatThrowsDoesNotKeepOthersFromBeingAsked() throws Exception {
        Device broken =
                new Device() {
                    @Override
                    public void requested(SignRequest request, String cause) {
                        throw new IllegalStateException("broken");
                    }

                    @Override
                    public void closed(SignRequest request, SignState state) {
                        throw new IllegalStateException("broken");
                    }
                };
        room.socket.listen(ALICE.publicKey(), broken, true);
        Listening listening = listen(phone);
        Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
        SignRequest request = phone.next();
        listening.respond(request.id(), good(request));

        asked.get();
    }

    @Test
    void whoIsConnectedIsCounted() {
        assertThat(room.socket.isConnected(ALICE.publicKey())).isFalse();
        Listening one = listen(phone);
        Listening two = listen(laptop);
        assertThat(room.socket.connected()).isEqualTo(2);
        assertThat(room.socket.connectedKeys()).isEqualTo(1);
        assertThat(room.socket.isConnected(ALICE.publicKey())).isTrue();
        one.close();
        one.close();
        assertThat(room.socket.connected()).isEqualTo(1);
        two.close();
        assertThat(room.socket.isConnected(ALICE.publicKey())).isFalse();
    }

    @Test
    void theSameBytesAreTheSameMessageHoweverTheyAreWritten() {
        assertThat(new Message(Base64.getEncoder().encodeToString(new byte[] {1, 2})))
                .isEqualTo(Message.of(new byte[] {1, 2}));
        assertThatThrownBy(() -> new Message("AQI")).isInstanceOf(IllegalArgumentException.class);
    }
}
