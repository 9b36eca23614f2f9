package io.circles.server;

import static io.circles.server.SigningCalls.accepted;
import static io.circles.server.SigningCalls.ask;
import static io.circles.server.SigningCalls.event;
import static io.circles.server.SigningCalls.listen;
import static io.circles.server.SigningCalls.receive;
import static io.circles.server.SigningCalls.signature;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.server.session.Members;
import io.circles.server.sigsocket.Ask;
import io.circles.server.sigsocket.Message;
import io.circles.server.sigsocket.Requester;
import io.circles.server.sigsocket.Signed;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.LogIn;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Devices that listen for what their keys are asked, over real sockets.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SigningIT {
    private static final PublicKey ALICE = Cast.ALICE.pair().publicKey();
    private static final PublicKey BOB = Cast.BOB.pair().publicKey();
    private static final int SESSION_MS = 1_500;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private CircleConfig config;
    private CircleHost host;
    private CircleServer circle;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        config =
                TestCircles.circle()
                        .members(new Members(Set.of(), Map.of(BOB, List.of())))
                        .data(folder)
                        .module(StubScripts.module("onSigned: publish signed 1"))
                        .build();
        start();
    }

    private void start() throws IOException {
        host = CircleHost.start(new StubScripts());
        circle = host.mount(config);
    }

    @AfterEach
    void stop() {
        host.close();
        threads.shutdownNow();
    }

    private SocketConversation connect(Cast who) throws InterruptedException {
        SocketConversation talk = new SocketConversation(circle.url());
        LogIn.as(who, talk);
        return talk;
    }

    private SocketConversation device(Cast who) throws InterruptedException {
        SocketConversation talk = connect(who);
        listen(talk);
        return talk;
    }

    private Future<Signed> asking(PublicKey key, String message) {
        Ask ask =
                new Ask(
                        key,
                        Message.of(message.getBytes(UTF_8)),
                        "text/plain",
                        "Sign?",
                        SignDigest.SHA256,
                        new Requester("test"),
                        Ask.TIMEOUT,
                        true);
        return threads.submit(() -> circle.sigSocket().sign(ask));
    }

    @Test
    void onlyWhoeverHasProvenAKeyListens() throws InterruptedException {
        try (SocketConversation talk = new SocketConversation(circle.url())) {
            for (String method : List.of("sign_listen", "sign_respond", "sign_reject")) {
                Object[] params =
                        switch (method) {
                            case "sign_respond" -> new Object[] {"id", "01".repeat(64)};
                            case "sign_reject" -> new Object[] {"id"};
                            default -> new Object[0];
                        };
                assertThat(ask(talk, method, params).at("/error/code").asInt()).isEqualTo(-32001);
            }
            assertThat(circle.sigSocket().connected()).isZero();
        }
    }

    @Test
    void theDeviceAnswersAndEachWrongAnswerIsToldApart() throws Exception {
        try (SocketConversation phone = device(Cast.ALICE)) {
            Future<Signed> asked = asking(ALICE, "rent");
            JsonNode request = event(phone, "sign_request");
            String id = request.path("id").asText();
            assertThat(request.path("message").asText()).isEqualTo("cmVudA==");
            assertThat(request.path("content_type").asText()).isEqualTo("text/plain");
            assertThat(request.path("display").asText()).isEqualTo("Sign?");
            assertThat(request.path("requester").asText()).isEqualTo("test");
            assertThat(request.path("digest").asText()).isEqualTo("sha256");
            String good = signature(Cast.ALICE, request);

            assertCode(ask(phone, "sign_respond", id, signature(Cast.BOB, request)), -32073);
            assertCode(ask(phone, "sign_respond", id, "not a signature"), -32602);
            assertCode(ask(phone, "sign_respond", id, good + "1b"), -32602);
            assertCode(ask(phone, "sign_reject", id, "x".repeat(1_001)), -32602);
            assertThat(accepted(ask(phone, "sign_respond", "no such id", good))).isFalse();
            assertThat(asked).isNotDone();
            assertThat(accepted(ask(phone, "sign_respond", id, good))).isTrue();
            assertThat(asked.get().signature().hex()).isEqualTo(good);
            assertThat(accepted(ask(phone, "sign_respond", id, good))).isFalse();
            assertThat(accepted(ask(phone, "sign_reject", id))).isFalse();
        }
    }

    private static void assertCode(JsonNode answer, int code) {
        assertThat(answer.at("/error/code").asInt()).as(answer.toString()).isEqualTo(code);
    }

    @Test
    void severalDevicesAreAskedAndTheSlowerIsToldThatItIsOver() throws Exception {
        try (SocketConversation phone = device(Cast.ALICE);
                SocketConversation laptop = device(Cast.ALICE)) {
            Future<Signed> asked = asking(ALICE, "rent");
            JsonNode request = event(phone, "sign_request");
            assertThat(event(laptop, "sign_request")).isEqualTo(request);
            String id = request.path("id").asText();
            assertThat(accepted(ask(laptop, "sign_reject", id, "not now"))).isTrue();

            JsonNode closed = event(phone, "sign_closed");
            assertThat(closed.path("id").asText()).isEqualTo(id);
            assertThat(closed.path("state").asText()).isEqualTo("rejected");
            assertThatThrownBy(asked::get).hasMessageContaining("not now");
        }
    }

    @Test
    void aDeviceThatIsKilledLeavesItsRequestToTheNext() throws Exception {
        SocketConversation phone = device(Cast.ALICE);
        Future<Signed> asked = asking(ALICE, "rent");
        JsonNode request = event(phone, "sign_request");
        phone.close();
        await().until(() -> circle.sigSocket().connected() == 0);
        try (SocketConversation laptop = device(Cast.ALICE)) {
            assertThat(event(laptop, "sign_request")).isEqualTo(request);
            String id = request.path("id").asText();
            assertThat(accepted(ask(laptop, "sign_respond", id, signature(Cast.ALICE, request))))
                    .isTrue();
            asked.get();
        }
    }

    @Test
    void whoLogsOutOrInAsAnotherIsAskedNoMore() throws Exception {
        try (SocketConversation phone = device(Cast.ALICE);
                SocketConversation laptop = device(Cast.ALICE)) {
            assertThat(ask(phone, "logout").has("result")).isTrue();
            LogIn.as(Cast.BOB, laptop);
            assertThat(circle.sigSocket().connected()).isZero();
            Future<Signed> asked = asking(ALICE, "rent");
            await().until(() -> circle.sigSocket().pending() == 1);
            assertThat(ask(phone, "whoami").path("id").asText()).isEqualTo("whoami");
            assertThat(ask(laptop, "whoami").path("id").asText()).isEqualTo("whoami");
            LogIn.as(Cast.ALICE, phone);
            listen(phone);
            assertThat(event(phone, "sign_request").path("display").asText()).isEqualTo("Sign?");
            asked.cancel(true);
            assertThat(event(phone, "sign_closed").path("state").asText()).isEqualTo("cancelled");
        }
    }

    @Test
    void aRenewedSessionOfTheSameKeyGoesOnListening() throws Exception {
        try (SocketConversation phone = device(Cast.ALICE)) {
            LogIn.as(Cast.ALICE, phone);
            assertThat(circle.sigSocket().connected()).isEqualTo(1);
            Future<Signed> asked = asking(ALICE, "rent");
            JsonNode request = event(phone, "sign_request");
            String id = request.path("id").asText();
            ask(phone, "sign_respond", id, signature(Cast.ALICE, request));
            asked.get();
        }
    }

    @Test
    void anExpiredSessionIsAskedNoMore() throws Exception {
        CircleConfig brief =
                TestCircles.circle(Cast.MALLORY)
                        .limits(Limits.DEFAULTS.with(Limit.SESSION_MS, SESSION_MS))
                        .build();
        try (CircleServer other = host.mount(brief);
                SocketConversation phone = new SocketConversation(other.url())) {
            LogIn.as(Cast.ALICE, phone);
            listen(phone);
            assertThat(other.sigSocket().connected()).isEqualTo(1);
            event(phone, "session_expired");
            assertThat(other.sigSocket().connected()).isZero();
            assertCode(ask(phone, "sign_listen"), -32004);
            assertCode(ask(phone, "sign_respond", "id", "01".repeat(64)), -32004);
        }
    }

    @Test
    void aReplyPrecedesTheRequestsThatItCauses() throws Exception {
        String id = UUID.randomUUID().toString();
        try (SocketConversation bob = device(Cast.BOB)) {
            assertThat(ask(bob, "play", "sign %s 1 %s".formatted(id, BOB)).has("result")).isTrue();
            assertThat(event(bob, "sign_request").path("id").asText()).isEqualTo(id);
        }
        try (SocketConversation bob = connect(Cast.BOB)) {
            bob.send(
                    """
                    [{"jsonrpc":"2.0","id":1,"method":"sign_listen"},
                     {"jsonrpc":"2.0","id":2,"method":"whoami"}]""");
            assertThat(receive(bob).isArray()).isTrue();
            assertThat(event(bob, "sign_request").path("requester").asText()).isEqualTo(BOB.hex());
        }
    }

    @Test
    void aScriptsRequestOutlivesTheServerAndItsEndReachesTheHandlerOnce() throws Exception {
        String id = UUID.randomUUID().toString();
        try (SocketConversation bob = connect(Cast.BOB);
                SocketConversation phone = device(Cast.ALICE)) {
            ask(bob, "play", "sign %s 2 %s,%s".formatted(id, ALICE, BOB));
            event(phone, "sign_request");
        }
        host.close();
        start();
        try (SocketConversation bob = device(Cast.BOB);
                SocketConversation phone = device(Cast.ALICE)) {
            assertThat(ask(bob, "sign_listen").toString()).contains("sign_request");
            receive(bob);
            assertThat(ask(bob, "subscribe", "signed").has("result")).isTrue();
            JsonNode request = event(phone, "sign_request");
            assertThat(request.path("id").asText()).isEqualTo(id);
            ask(phone, "sign_respond", id, signature(Cast.ALICE, request));
            ask(bob, "sign_respond", id + ".2", signature(Cast.BOB, request));
            assertThat(event(bob, "event").path("topic").asText()).isEqualTo("signed");
        }
        host.close();
        start();
        try (SocketConversation bob = connect(Cast.BOB)) {
            assertThat(ask(bob, "subscribe", "signed", 0).has("result")).isTrue();
            event(bob, "event");
            assertThat(ask(bob, "whoami").path("id").asText())
                    .as("no second event came before the reply")
                    .isEqualTo("whoami");
        }
    }

    @Test
    void theNonceOfAnotherCircleIsNotSigned() throws Exception {
        try (CircleServer other = host.mount(TestCircles.circle(Cast.MALLORY).build());
                SocketConversation there = new SocketConversation(other.url());
                SocketConversation phone = device(Cast.ALICE)) {
            String nonce = LogIn.fetchNonce(Cast.ALICE, there);
            assertThatThrownBy(() -> asking(ALICE, nonce).get())
                    .cause()
                    .isInstanceOfSatisfying(
                            CircleException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMS));
            assertThat(ask(phone, "whoami").path("id").asText()).isEqualTo("whoami");
        }
    }
}
