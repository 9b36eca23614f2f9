package io.circles.server;

import static io.circles.server.OldDevice.base64;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.ErrorCode;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.Signature;
import io.circles.server.SigSocketConfig.Legacy;
import io.circles.server.sigsocket.Ask;
import io.circles.server.socket.Frame;
import io.circles.server.socket.RawSocket;
import io.circles.server.store.AuditEvent;
import io.circles.server.store.AuditFile;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.LogIn;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The original signing protocol, over real sockets.
@Tag("waiting")
class OldDevicesIT {
    private static final BigInteger ORDER =
            new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir private Path folder;
    private CircleHost host;
    private CircleServer circle;

    @BeforeEach
    void start() throws IOException {
        host = CircleHost.start(new StubScripts());
        circle = mount(new Legacy.All(), false);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private CircleServer mount(Legacy legacy, boolean json) throws IOException {
        if (circle != null) {
            circle.close();
        }
        return host.mount(
                TestCircles.circle()
                        .data(folder)
                        .sigSocket(new SigSocketConfig(legacy, json, List.of(), false))
                        .build());
    }

    private OldDevice device(Cast who) {
        OldDevice device = OldDevice.of(who, circle);
        awaitConnected(1, who);
        return device;
    }

    private void awaitConnected(int devices, Cast who) {
        await().until(() -> circle.sigSocket().connected() == devices);
        assertThat(circle.sigSocket().isConnected(who.pair().publicKey())).isTrue();
    }

    private Asking ask(String message) {
        return Asking.of(circle, Cast.ALICE, message);
    }

    private Asking askShortly(String message) {
        return Asking.of(circle, Asking.ask(Cast.ALICE, message, SignDigest.SHA256, SHORT));
    }

    private List<AuditEvent> audited() throws IOException {
        List<AuditEvent> events = new ArrayList<>();
        try (AuditFile audit = AuditFile.open(folder.resolve("server.db")).orElseThrow()) {
            audit.entries(entry -> events.add(entry.fact().event()));
        }
        return events;
    }

    static Stream<String> introductions() {
        byte[] key = Cast.ALICE.pair().publicKey().bytes();
        return Stream.of(
                HexFormat.of().formatHex(key), "0x" + HexFormat.of().formatHex(key), base64(key));
    }

    @ParameterizedTest
    @MethodSource("introductions")
    void aDeviceIntroducesItselfByItsKey(String introduction) {
        try (RawSocket socket = OldDevice.dial(circle)) {
            socket.send(introduction);
            awaitConnected(1, Cast.ALICE);
        }
        await().until(() -> circle.sigSocket().connected() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "{\"id\":1}", "02", "cGF5.cGF5"})
    void anythingElseIsNoIntroduction(String frame) {
        try (RawSocket socket = OldDevice.dial(circle)) {
            socket.send(frame);

            assertThat(socket.receive()).isEqualTo("close 1008");
        }
    }

    @Test
    void bytesAreNoIntroductionAndSilenceIsNone() {
        try (RawSocket silent = OldDevice.dial(circle);
                RawSocket half = OldDevice.dial(circle);
                RawSocket socket = OldDevice.dial(circle)) {
            socket.send(Frame.BINARY, true, Cast.ALICE.pair().publicKey().bytes());
            half.send(Frame.TEXT, false, "02".getBytes(UTF_8));

            assertThat(socket.receive()).isEqualTo("close 1008");
            assertThat(silent.receive()).isEqualTo("close 1008");
            assertThat(half.receive()).isEqualTo("close 1008");
        }
    }

    @Test
    void onlyListedKeysMayListen() throws IOException {
        circle = mount(new Legacy.Listed(Set.of(Cast.ALICE.pair().publicKey())), false);
        try (OldDevice _ = device(Cast.ALICE);
                OldDevice mallory = OldDevice.of(Cast.MALLORY, circle)) {
            assertThat(mallory.asked()).isEqualTo("close 1008");
        }
    }

    /// All forms in which a signature is accepted, the last one with a high S.
    static Stream<String> signatures() {
        Signature signature = Cast.ALICE.pair().sign("pay".getBytes(UTF_8));
        byte[] compact = signature.compact();
        String high =
                signature.hex().substring(0, 64) + "%064x".formatted(ORDER.subtract(signature.s()));
        return Stream.of(
                base64(compact),
                signature.hex(),
                "0x" + signature.hex(),
                HexFormat.of().formatHex(der(signature)),
                base64(der(signature)),
                high);
    }

    private static byte[] der(Signature signature) {
        byte[] r = signature.r().toByteArray();
        byte[] s = signature.s().toByteArray();
        String hex =
                "30%02x02%02x%s02%02x%s"
                        .formatted(
                                r.length + s.length + 4,
                                r.length,
                                HexFormat.of().formatHex(r),
                                s.length,
                                HexFormat.of().formatHex(s));
        return HexFormat.of().parseHex(hex);
    }

    @ParameterizedTest
    @MethodSource("signatures")
    void aDeviceSignsWhatItIsAsked(String signature) {
        try (OldDevice alice = device(Cast.ALICE)) {
            Asking asking = ask("pay");
            assertThat(alice.asked()).isEqualTo("pay");
            alice.answer("pay", signature);

            asking.assertSigned(Cast.ALICE);
        }
    }

    @Test
    void inJsonRequestsHaveIds() throws Exception {
        assertSignsInJson("?format=json");
        circle = mount(new Legacy.All(), true);
        assertSignsInJson("");
        try (RawSocket plain = OldDevice.dial(circle, "?a=b&format=plain")) {
            plain.send(Cast.ALICE.pair().publicKey().hex());
            awaitConnected(1, Cast.ALICE);
            ask("pay");
            assertThat(plain.receive()).isEqualTo(base64("pay".getBytes(UTF_8)));
        }
    }

    private void assertSignsInJson(String query) throws Exception {
        try (RawSocket device = OldDevice.dial(circle, query)) {
            device.send(Cast.ALICE.pair().publicKey().hex());
            awaitConnected(1, Cast.ALICE);
            Asking asking = ask("pay");
            String request = device.receive();
            assertThat(request).matches("\\{\"id\":\"[0-9a-f-]+\",\"message\":\"cGF5\"}");
            String signature = base64(Cast.ALICE.pair().sign("pay".getBytes(UTF_8)).compact());
            device.send(request.replace("}", ",\"signature\":\"" + signature + "\"}"));

            asking.assertSigned(Cast.ALICE);
        }
        await().until(() -> circle.sigSocket().connected() == 0);
    }

    @Test
    void inJsonAnAnswerIsForTheRequestOfItsId() {
        try (RawSocket device = OldDevice.dial(circle, "?format=json")) {
            device.send(Cast.ALICE.pair().publicKey().hex());
            awaitConnected(1, Cast.ALICE);
            askShortly("pay").assertFailed(ErrorCode.SIGNER_TIMEOUT);
            String signature = base64(Cast.ALICE.pair().sign("pay".getBytes(UTF_8)).compact());
            String answer = device.receive().replace("}", ",\"signature\":\"" + signature + "\"}");
            Asking again = ask("pay");
            String request = device.receive();
            device.send(answer);
            assertThat(again.result()).isNotDone();
            device.send(request.replace("}", ",\"signature\":\"" + signature + "\"}"));
            again.assertSigned(Cast.ALICE);
            device.send(answer);

            assertThat(device.receive()).isEqualTo("close 1008");
        }
    }

    @Test
    void aDeviceIsAskedOneThingAfterTheOther() {
        try (OldDevice alice = device(Cast.ALICE)) {
            Asking first = ask("first");
            assertThat(alice.asked()).isEqualTo("first");
            Asking second = ask("second");
            await().until(() -> circle.sigSocket().pending() == 2);
            assertThat(alice.isLeftAlone()).isTrue();
            alice.answer("first");
            first.assertSigned(Cast.ALICE);
            assertThat(alice.asked()).isEqualTo("second");
            alice.answer("second");

            second.assertSigned(Cast.ALICE);
        }
    }

    /// Answers that are not what was asked for, whatever they are.
    static Stream<String> wrongAnswers() {
        String pay = base64("pay".getBytes(UTF_8));
        Signature ofAnother = Cast.ALICE.pair().sign("old".getBytes(UTF_8));
        Signature byAnother = Cast.BOB.pair().sign("pay".getBytes(UTF_8));
        Signature right = Cast.ALICE.pair().sign("pay".getBytes(UTF_8));
        return Stream.of(
                "",
                "garbage",
                "{\"id\":1}",
                pay,
                pay + ".",
                pay + "." + right.hex() + "00",
                pay + "." + right.hex() + "1b",
                pay + "." + right.hex() + "." + right.hex(),
                base64("old".getBytes(UTF_8)) + "." + ofAnother.hex(),
                base64("Pay".getBytes(UTF_8)) + "." + right.hex(),
                pay + "." + ofAnother.hex(),
                pay + "." + byAnother.hex(),
                pay + "." + "00".repeat(64),
                pay + "." + "ff".repeat(64));
    }

    @ParameterizedTest
    @MethodSource("wrongAnswers")
    void aWrongAnswerEndsItsRequestAndTheNextIsAsked(String answer) {
        try (OldDevice alice = device(Cast.ALICE)) {
            Asking asking = ask("pay");
            assertThat(alice.asked()).isEqualTo("pay");
            Asking next = ask("next");
            await().until(() -> circle.sigSocket().pending() == 2);
            alice.socket.send(answer);
            asking.assertFailed(ErrorCode.INVALID_SIGNATURE);
            assertThat(alice.asked()).isEqualTo("next");
            alice.answer("next");

            next.assertSigned(Cast.ALICE);
        }
    }

    @Test
    void bytesAndFramesThatAreTooBigAreWrongAnswersToo() {
        try (OldDevice alice = device(Cast.ALICE)) {
            Asking first = ask("first");
            assertThat(alice.asked()).isEqualTo("first");
            alice.socket.send(Frame.BINARY, true, new byte[64]);
            first.assertFailed(ErrorCode.INVALID_SIGNATURE);
            Asking second = ask("second");
            assertThat(alice.asked()).isEqualTo("second");
            alice.socket.send("x".repeat((1 << 20) + 1));

            second.assertFailed(ErrorCode.INVALID_SIGNATURE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "cGF5.cGF5"})
    void whoAnswersWhatWasNotAskedIsClosed(String frame) {
        try (OldDevice alice = device(Cast.ALICE)) {
            alice.socket.send(frame);

            assertThat(alice.asked()).isEqualTo("close 1008");
        }
    }

    @Test
    void anAnswerIsGoodForOneRequest() {
        try (OldDevice alice = device(Cast.ALICE)) {
            Asking asking = ask("pay");
            assertThat(alice.asked()).isEqualTo("pay");
            alice.answer("pay");
            alice.answer("pay");
            asking.assertSigned(Cast.ALICE);

            assertThat(alice.asked()).isEqualTo("close 1008");
        }
    }

    @Test
    void aLateAnswerIsAuditedAndNotTakenForTheNext() throws IOException {
        try (OldDevice alice = device(Cast.ALICE)) {
            Asking late = askShortly("late");
            assertThat(alice.asked()).isEqualTo("late");
            late.assertFailed(ErrorCode.SIGNER_TIMEOUT);
            Asking next = ask("next");
            assertThat(alice.asked()).isEqualTo("next");
            alice.answer("late");
            alice.answer("next");
            next.assertSigned(Cast.ALICE);
        }
        await().untilAsserted(() -> assertThat(audited()).contains(AuditEvent.LATE));
        assertThat(audited())
                .containsOnlyOnce(AuditEvent.LATE, AuditEvent.APPROVED, AuditEvent.EXPIRED);
    }

    @Test
    void aLateAnswerIsNotTakenForTheNextRequestOfTheSameBytesEither() {
        try (OldDevice alice = device(Cast.ALICE)) {
            Asking late = askShortly("pay");
            assertThat(alice.asked()).isEqualTo("pay");
            late.assertFailed(ErrorCode.SIGNER_TIMEOUT);
            Asking again = ask("pay");
            assertThat(alice.asked()).isEqualTo("pay");
            alice.answer("pay");
            assertThat(alice.asked()).isEqualTo("pay");
            assertThat(again.result()).isNotDone();
            alice.answer("pay");
            again.assertSigned(Cast.ALICE);

            // a device that answers everything it was ever asked is not taken for a bad one
            alice.answer("pay");
            Asking next = ask("next");
            assertThat(alice.asked()).isEqualTo("next");
            alice.answer("next");
            next.assertSigned(Cast.ALICE);
        }
    }

    @Test
    void whoSaysNothingIsWaitedForAndNoLonger() {
        try (OldDevice alice = device(Cast.ALICE)) {
            Asking first = askShortly("first");
            Asking second = askShortly("second");
            assertThat(alice.asked()).isIn("first", "second");

            first.assertFailed(ErrorCode.SIGNER_TIMEOUT);
            second.assertFailed(ErrorCode.SIGNER_TIMEOUT);
        }
    }

    @Test
    void whoLosesItsOnlyDeviceIsToldSo() {
        try (OldDevice alice = device(Cast.ALICE)) {
            Asking asking = ask("pay");
            assertThat(alice.asked()).isEqualTo("pay");
            alice.socket.send(Frame.TEXT, false, "cGF5".getBytes(UTF_8));
            alice.hangUp();

            asking.assertFailed(ErrorCode.SIGNER_NOT_CONNECTED);
        }
    }

    @Test
    void aSecondConnectionThatClosesTakesNothingFromTheFirst() {
        try (OldDevice first = device(Cast.ALICE)) {
            OldDevice second = OldDevice.of(Cast.ALICE, circle);
            awaitConnected(2, Cast.ALICE);
            Asking asking = ask("pay");
            assertThat(second.asked()).isEqualTo("pay");
            second.close();
            awaitConnected(1, Cast.ALICE);
            assertThat(first.asked()).isEqualTo("pay");
            first.answer("pay");

            asking.assertSigned(Cast.ALICE);
        }
    }

    @Test
    void garbageOfOneConnectionTakesNothingFromAnother() {
        try (OldDevice first = device(Cast.ALICE);
                OldDevice second = OldDevice.of(Cast.ALICE, circle)) {
            awaitConnected(2, Cast.ALICE);
            Asking asking = ask("pay");
            assertThat(first.asked()).isEqualTo("pay");
            assertThat(second.asked()).isEqualTo("pay");
            second.socket.send("garbage");
            assertThat(second.isLeftAlone()).isTrue();
            assertThat(asking.result()).isNotDone();
            first.answer("pay");

            asking.assertSigned(Cast.ALICE);
        }
    }

    @Test
    void ofTwoConnectionsTheFirstAnswerCountsAndTheOtherMayComeToo() {
        try (OldDevice first = device(Cast.ALICE);
                OldDevice second = OldDevice.of(Cast.ALICE, circle)) {
            awaitConnected(2, Cast.ALICE);
            Asking asking = ask("pay");
            assertThat(first.asked()).isEqualTo("pay");
            assertThat(second.asked()).isEqualTo("pay");
            first.answer("pay");
            asking.assertSigned(Cast.ALICE);
            second.answer("pay");
            Asking next = ask("next");
            assertThat(second.asked()).isEqualTo("next");
            second.answer("next");

            next.assertSigned(Cast.ALICE);
        }
    }

    @Test
    void whileAProvenDeviceListensOthersGetNothingAndDoNotCount() throws Exception {
        try (OldDevice old = device(Cast.ALICE);
                RawSocket proven = RawSocket.dial(circle.url())) {
            LogIn.as(Cast.ALICE, proven);
            Asking before = ask("before");
            assertThat(old.asked()).isEqualTo("before");
            proven.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sign_listen\"}");
            assertThat(proven.receive()).contains("\"listening\":true");
            assertThat(proven.receive()).contains("sign_request", base64("before".getBytes(UTF_8)));
            awaitConnected(1, Cast.ALICE);
            old.answer("before");
            Asking during = ask("during");
            assertThat(proven.receive()).contains("sign_request", base64("during".getBytes(UTF_8)));
            assertThat(old.isLeftAlone()).isTrue();
            assertThat(before.result()).isNotDone();
            proven.send("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"logout\"}");
            assertThat(proven.receive()).contains("\"authenticated\":false");
            awaitConnected(1, Cast.ALICE);
            for (Asking asking : List.of(before, during)) {
                assertThat(old.asked()).isEqualTo(asking.message());
                old.answer(asking.message());
                asking.assertSigned(Cast.ALICE);
            }
        }
    }

    @Test
    void whatIsSignedWithItsContextIsNotForTheseDevices() {
        try (OldDevice alice = device(Cast.ALICE)) {
            Ask ask = Asking.ask(Cast.ALICE, "pay", SignDigest.TAGGED, Ask.TIMEOUT);
            Asking.of(circle, ask).assertFailed(ErrorCode.SIGNER_NOT_CONNECTED);

            assertThat(alice.isLeftAlone()).isTrue();
        }
    }

    @Test
    void theNonceOfAnotherCircleIsNotShown() throws Exception {
        KeyPair key = Cast.MALLORY.pair();
        CircleServer other = host.mount(CircleConfig.builder("other", key).port(0).build());
        try (OldDevice alice = device(Cast.ALICE);
                RawSocket there = RawSocket.dial(other.url())) {
            String nonce = LogIn.fetchNonce(Cast.ALICE, there);
            ask(nonce).assertFailed(ErrorCode.INVALID_PARAMS);

            assertThat(alice.isLeftAlone()).isTrue();
        }
    }

    @Test
    void whoFloodsIsClosedAndNobodyElseNotices() {
        try (OldDevice alice = device(Cast.ALICE);
                OldDevice mallory = OldDevice.of(Cast.MALLORY, circle)) {
            awaitConnected(2, Cast.MALLORY);
            Asking asking = ask("pay");
            try {
                for (int i = 0; i < 10_000; i++) {
                    mallory.socket.send("garbage garbage garbage");
                }
            } catch (RuntimeException e) {
                // the server has hung up already
                assertThat(e).isInstanceOf(java.io.UncheckedIOException.class);
            }
            assertThat(alice.asked()).isEqualTo("pay");
            alice.answer("pay");

            asking.assertSigned(Cast.ALICE);
            assertThat(mallory.asked()).isIn("close 1008", "end");
        }
    }

    @Test
    void aCircleThatStopsLetsWhatWasAskedBeAnswered() {
        try (OldDevice alice = device(Cast.ALICE)) {
            Asking asking = ask("pay");
            assertThat(alice.asked()).isEqualTo("pay");
            CompletableFuture<Void> closed =
                    CompletableFuture.runAsync(circle::close, Thread::startVirtualThread);
            await().until(circle::isStopping);
            alice.answer("pay");

            asking.assertSigned(Cast.ALICE);
            assertThat(alice.asked()).isEqualTo("close 1012");
            assertThat(closed).succeedsWithin(Duration.ofSeconds(20));
        }
    }
}
