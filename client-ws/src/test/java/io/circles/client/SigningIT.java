package io.circles.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcMessage;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.Digest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests to sign, from the circle to the application's decision and back.
@Timeout(30)
@Tag("waiting")
class SigningIT {
    private final Decider approving = Decider.free(request -> SignDecision.approve());
    private FakeCircle fake;

    @BeforeEach
    void start() throws InterruptedException {
        fake = FakeCircle.open();
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private CircleClientBuilder builder(SignHandler handler) {
        return CircleClient.builder(fake.uri()).keyPair(Nonces.CLIENT).onSignRequest(handler);
    }

    private void ask(ObjectNode wire) throws InterruptedException {
        fake.tell("sign_request", wire);
    }

    private JsonNode answered(String method) {
        await().until(() -> !fake.params(method).isEmpty());
        return fake.params(method).getFirst();
    }

    @Test
    void theClientListensOnceItHasLoggedIn() throws Exception {
        try (CircleClient client = builder(approving).connect()) {
            assertThat(fake.requests())
                    .containsExactly("fetch_nonce", "authenticate", "sign_listen");
            assertThat(client.circle()).contains(Nonces.CIRCLE.publicKey());
        }
    }

    @Test
    void aCircleThatDoesNotLetItListenEndsTheConnecting() throws Exception {
        fake.fail("sign_listen", ErrorCode.FORBIDDEN);

        CircleException e =
                catchThrowableOfType(CircleException.class, builder(approving)::connect);
        assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(fake.lostItsClient()).isTrue();

        fake.answer("sign_listen", "{\"listening\":false}");
        assertThat(catchThrowableOfType(BadReplyException.class, builder(approving)::connect))
                .isNotNull();
    }

    @Test
    void theApplicationSeesAllOfARequest() throws Exception {
        try (CircleClient _ = builder(approving).connect()) {
            ask(SignRequests.wire("r1"));
            await().until(() -> !approving.asked.isEmpty());
        }
        SignRequest request = approving.asked.getFirst();
        assertThat(request.id()).isEqualTo("r1");
        assertThat(request.message()).asString(UTF_8).isEqualTo("pay bob 10");
        assertThat(request.contentType()).isEqualTo("text/plain");
        assertThat(request.display()).isEqualTo("Pay 10 € to Bob");
        assertThat(request.requester()).isEqualTo(SignRequests.REQUESTER.publicKey().hex());
        assertThat(request.kind()).isEqualTo(SignDigest.TAGGED);
        assertThat(request.digest()).asHexString().isEqualToIgnoringCase(SignRequests.DIGEST);
        assertThat(request.expiresAt()).isEqualTo(SignRequests.NOW.plusSeconds(60));
        assertThat(request.circle()).isEqualTo(Nonces.CIRCLE.publicKey());
        assertThat(request).hasToString("SignRequest[r1]");
    }

    @Test
    void whatIsApprovedIsSignedAsItsTaggedDigestSays() throws Exception {
        try (CircleClient _ = builder(approving).connect()) {
            ask(SignRequests.wire("r1"));

            JsonNode answer = answered("sign_respond");
            byte[] digest = HexFormat.of().parseHex(SignRequests.DIGEST);
            assertThat(answer.path("id").asText()).isEqualTo("r1");
            assertThat(answer.path("signature").asText())
                    .isEqualTo(Nonces.CLIENT.signDigest(digest).hex());
            await().until(() -> approving.ended.containsKey("r1"));
            assertThat(approving.ended.get("r1"))
                    .isEqualTo(new SignOutcome.Answered(SignDecision.approve()));
        }
    }

    @Test
    void theOtherDigestIsThatOfTheMessageAlone() throws Exception {
        byte[] message = {0, 1, (byte) 0xff};
        try (CircleClient _ = builder(approving).connect()) {
            ask(
                    SignRequests.wire("r1")
                            .put("digest", "sha256")
                            .put("requester", "operator")
                            .put("message", SignRequests.base64(message)));

            Signature signature =
                    Signature.parse(answered("sign_respond").path("signature").asText());
            assertThat(signature.verifies(Nonces.CLIENT.publicKey(), message)).isTrue();
            assertThat(approving.asked.getFirst().digest()).isEqualTo(Digest.sha256(message));
        }
    }

    @Test
    void whatIsRejectedIsAnsweredWithTheReason() throws Exception {
        Decider rejecting = Decider.free(request -> SignDecision.reject("not today"));
        try (CircleClient _ = builder(rejecting).connect()) {
            ask(SignRequests.wire("r1"));

            assertThat(answered("sign_reject"))
                    .isEqualTo(Json.object().put("id", "r1").put("reason", "not today"));
            await().until(() -> rejecting.ended.containsKey("r1"));
            assertThat(rejecting.ended.get("r1"))
                    .isEqualTo(new SignOutcome.Answered(SignDecision.reject("not today")));
        }
    }

    @ParameterizedTest
    @MethodSource("unfit")
    void whatIsNotInOrderIsRejectedUnseen(ObjectNode wire, String reason) throws Exception {
        try (CircleClient client = builder(approving).connect()) {
            ask(wire);

            assertThat(answered("sign_reject"))
                    .isEqualTo(Json.object().put("id", "r1").put("reason", reason));
            assertThat(client.play("1").output()).isEqualTo("1");
        }
        assertThat(approving.asked).isEmpty();
        assertThat(approving.ended).isEmpty();
        assertThat(fake.params("sign_respond")).isEmpty();
    }

    /// One of each kind; `SignCheckTest` has the rest.
    private static Stream<Object[]> unfit() {
        ObjectNode wire = SignRequests.wire("r1");
        String login = "circles authentication v1\norigin: ws://bank.example";
        return Stream.of(
                new Object[] {
                    wire.deepCopy().put("message", SignRequests.base64(login.getBytes(UTF_8))),
                    "its message is one that only this protocol itself has signed"
                },
                new Object[] {wire.deepCopy().put("digest", "md5"), "its digest is not known"},
                new Object[] {
                    wire.deepCopy().put("expires_at", SignRequests.NOW.getEpochSecond() - 6),
                    "it has expired"
                },
                new Object[] {
                    wire.deepCopy().without("message"), "it is not as the protocol says"
                });
    }

    @Test
    void whatHasNoGoodIdIsIgnored() throws Exception {
        try (CircleClient _ = builder(approving).connect()) {
            ask(SignRequests.wire(""));
            ask(SignRequests.wire("two words"));
            ask(SignRequests.wire("x".repeat(129)));
            ask(SignRequests.wire("r1").without("id"));
            fake.tell("sign_request", Json.array());
            fake.tell("sign_closed", Json.array());
            ask(SignRequests.wire("good"));
            answered("sign_respond");
        }
        assertThat(approving.asked).extracting(SignRequest::id).containsExactly("good");
        assertThat(fake.params("sign_reject")).isEmpty();
    }

    @Test
    void aHandlerThatFailsRejectsAndIsAskedAgain() throws Exception {
        Decider failing =
                Decider.free(
                        request ->
                                switch (request.id()) {
                                    case "throws" -> throw new IllegalStateException("as wanted");
                                    case "dies" -> throw new AssertionError("as wanted");
                                    case "gives-up" -> throw new InterruptedException("by itself");
                                    case "has-none" -> none();
                                    default -> SignDecision.approve();
                                });
        try (CircleClient _ = builder(failing).connect()) {
            ask(SignRequests.wire("throws"));
            ask(SignRequests.wire("dies"));
            ask(SignRequests.wire("gives-up"));
            ask(SignRequests.wire("has-none"));
            await().until(() -> fake.params("sign_reject").size() == 4);
            ask(SignRequests.wire("r1"));
            answered("sign_respond");
        }
        assertThat(fake.params("sign_reject"))
                .extracting(params -> params.path("reason").asText())
                .containsOnly("the signer failed");
    }

    /// What a handler does that knows nothing of `@NullMarked`.
    @SuppressWarnings("NullAway")
    private static SignDecision none() {
        return null;
    }

    @Test
    void aSignerThatFailsRejects() throws Exception {
        DigestSigner broken =
                new Device() {
                    @Override
                    public Signature signDigest(byte[] digest) {
                        throw new UnsupportedOperationException("the device is locked");
                    }
                };
        try (CircleClient _ = builder(approving).signer(broken).connect()) {
            ask(SignRequests.wire("r1"));

            assertThat(answered("sign_reject").path("reason").asText())
                    .isEqualTo("the signer failed");
        }
    }

    @Test
    void aSignatureByAnotherKeyIsNotSent() throws Exception {
        DigestSigner other =
                new Device() {
                    @Override
                    public Signature signDigest(byte[] digest) {
                        return Nonces.OTHER_CIRCLE.signDigest(digest);
                    }
                };
        try (CircleClient _ = builder(approving).signer(other).connect()) {
            ask(SignRequests.wire("r1"));

            assertThat(answered("sign_reject").path("reason").asText())
                    .isEqualTo("the signer failed");
            assertThat(fake.params("sign_respond")).isEmpty();
        }
    }

    private abstract static class Device implements DigestSigner {
        @Override
        public PublicKey publicKey() {
            return Nonces.CLIENT.publicKey();
        }

        @Override
        public Signature sign(byte[] message) {
            return Nonces.CLIENT.sign(message);
        }
    }

    @Test
    void slowDecisionsDelayNeitherAnswersNorEvents() throws Exception {
        Decider slow = Decider.held(request -> SignDecision.approve());
        List<String> events = new CopyOnWriteArrayList<>();
        try (CircleClient client =
                builder(slow).onEvent(event -> events.add(event.method())).connect()) {
            for (int i = 0; i < 40; i++) {
                ask(SignRequests.wire("r" + i));
            }
            await().until(() -> slow.asked.size() == SignDecider.AT_ONCE);
            fake.tell("event", Json.object());

            assertThat(client.play("1").output()).isEqualTo("1");
            await().until(() -> events.equals(List.of("event")));
            assertThat(slow.asked).hasSize(SignDecider.AT_ONCE);
            assertThat(fake.params("sign_respond")).isEmpty();
            slow.permits.release(40);
            await().until(() -> slow.ended.size() == 40);
        }
        assertThat(fake.params("sign_respond"))
                .extracting(params -> params.path("id").asText())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 40).mapToObj(i -> "r" + i).toList());
    }

    @ParameterizedTest
    @CsvSource({"true, approved", "false, failed"})
    void anAnswerThatComesTooLateIsNoAnswer(boolean told, String state) throws Exception {
        fake.on(
                "sign_respond",
                (ws, request) -> {
                    if (told) {
                        ws.send(
                                new RpcMessage.Notification(
                                                "sign_closed", SignRequests.closed("r1", state))
                                        .encode());
                    }
                    FakeCircle.result(ws, request, Json.object().put("accepted", false));
                });
        try (CircleClient _ = builder(approving).connect()) {
            ask(SignRequests.wire("r1"));
            await().until(() -> approving.ended.containsKey("r1"));
        }
        assertThat(approving.ended.get("r1"))
                .isEqualTo(
                        told
                                ? new SignOutcome.Closed(state)
                                : new SignOutcome.Failed(
                                        "the circle has no such request any more"));
    }

    @Test
    void anAnswerThatTheCircleDoesNotTakeHasFailed() throws Exception {
        fake.fail("sign_respond", ErrorCode.INVALID_SIGNATURE);
        try (CircleClient client = builder(approving).connect()) {
            ask(SignRequests.wire("r1"));
            await().until(() -> approving.ended.containsKey("r1"));
            assertThat(client.play("1").output()).isEqualTo("1");
        }
        assertThat(approving.ended.get("r1"))
                .isEqualTo(new SignOutcome.Failed("Invalid signature"));
    }
}
