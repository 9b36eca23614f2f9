package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests to sign that end before the application has decided; and too many of them.
@Timeout(30)
@Tag("waiting")
class SigningEndIT {
    private final Decider deciding = Decider.held(request -> SignDecision.approve());
    private final List<String> events = new CopyOnWriteArrayList<>();
    private FakeCircle fake;
    private CircleClient client;

    @BeforeEach
    void start() throws InterruptedException {
        fake = FakeCircle.open();
        client =
                CircleClient.builder(fake.uri())
                        .keyPair(Nonces.CLIENT)
                        .onSignRequest(deciding)
                        .onEvent(event -> events.add(event.method()))
                        .neverReconnect()
                        .connect();
    }

    @AfterEach
    void stop() {
        client.close();
        fake.close();
    }

    private void ask(ObjectNode wire) throws InterruptedException {
        fake.tell("sign_request", wire);
    }

    private void askAndWait(ObjectNode wire) throws InterruptedException {
        int before = deciding.asked.size();
        ask(wire);
        await().until(() -> deciding.asked.size() > before);
    }

    private SignOutcome outcome(String id) {
        await().until(() -> deciding.ended.containsKey(id));
        return deciding.ended.get(id);
    }

    private void assertTheDecisionWasInterruptedAndNothingAnswered() throws InterruptedException {
        assertThat(deciding.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(fake.requests())
                .doesNotContain("sign_respond", "sign_reject")
                .startsWith("fetch_nonce", "authenticate", "sign_listen");
    }

    @ParameterizedTest
    @CsvSource({
        "approved, approved",
        "rejected, rejected",
        "expired, expired",
        "cancelled, cancelled",
        "'\u001b[2J', failed",
    })
    void aRequestThatTheCircleClosesIsNotDecidedAnyMore(String state, String told)
            throws Exception {
        askAndWait(SignRequests.wire("r1"));
        fake.tell("sign_closed", SignRequests.closed("another", "approved"));
        fake.tell("sign_closed", SignRequests.closed("r1", state));

        assertThat(outcome("r1")).isEqualTo(new SignOutcome.Closed(told));
        assertTheDecisionWasInterruptedAndNothingAnswered();
        assertThat(client.play("1").output()).isEqualTo("1");
    }

    @Test
    void aRequestEndsByItselfWhenItsTimeIsUpByTheCirclesClock() throws Exception {
        long almost = SignRequests.NOW.minus(SignCheck.LENIENCY).plusSeconds(2).getEpochSecond();
        askAndWait(SignRequests.wire("r1").put("expires_at", almost));

        assertThat(outcome("r1")).isEqualTo(new SignOutcome.Closed("expired"));
        assertTheDecisionWasInterruptedAndNothingAnswered();
    }

    @Test
    void aLostConnectionEndsWhatIsOpen() throws Exception {
        askAndWait(SignRequests.wire("r1"));
        fake.cut();

        assertThat(outcome("r1"))
                .isInstanceOfSatisfying(
                        SignOutcome.Failed.class,
                        failed -> assertThat(failed.why()).startsWith("the connection broke"));
        assertTheDecisionWasInterruptedAndNothingAnswered();
        assertThat(client.awaitEnd()).returns(1006, ConnectionLostException::closeCode);
    }

    @Test
    void closingEndsWhatIsOpen() throws Exception {
        askAndWait(SignRequests.wire("r1"));
        client.close();

        assertThat(outcome("r1"))
                .isEqualTo(new SignOutcome.Failed("the connection is closed (1000)"));
        assertTheDecisionWasInterruptedAndNothingAnswered();
        assertThat(client.awaitEnd()).returns(1000, ConnectionLostException::closeCode);
    }

    @Test
    void loggingOutEndsWhatIsOpenAndComes() throws Exception {
        fake.answer("logout", "{\"authenticated\":false}");
        askAndWait(SignRequests.wire("r1"));
        client.logout();
        ask(SignRequests.wire("r2"));
        fake.tell("session_expired", Json.object());
        fake.tell("event", Json.object());

        assertThat(outcome("r1")).isEqualTo(new SignOutcome.Failed("the client has logged out"));
        assertTheDecisionWasInterruptedAndNothingAnswered();
        await().until(() -> events.contains("event"));
        assertThat(client.play("1").output()).isEqualTo("1");
        assertThat(deciding.asked).hasSize(1);
        assertThat(fake.requests()).containsOnlyOnce("fetch_nonce");
    }

    @Test
    void whatComesAgainWhileItIsOpenIsTheSameRequest() throws Exception {
        askAndWait(SignRequests.wire("r1"));
        ask(SignRequests.wire("r1"));
        askAndWait(SignRequests.wire("r2"));
        deciding.permits.release(2);

        await().until(() -> deciding.ended.size() == 2);
        assertThat(fake.params("sign_respond")).hasSize(2);
        assertThat(deciding.asked).hasSize(2);
    }

    @Test
    void aFloodIsBoundedInNumber() throws Exception {
        for (int i = 0; i < SignDesk.MAX_OPEN + 100; i++) {
            ask(SignRequests.wire("r" + i));
        }
        assertThat(client.play("1").output()).isEqualTo("1");
        deciding.permits.release(SignDesk.MAX_OPEN + 100);

        await().until(() -> deciding.ended.size() == SignDesk.MAX_OPEN);
        assertThat(fake.params("sign_respond")).hasSize(SignDesk.MAX_OPEN);
        await().until(
                        () -> {
                            // there is room as soon as the last one is gone
                            ask(SignRequests.wire("late"));
                            return deciding.ended.containsKey("late");
                        });
    }

    @Test
    void aFloodIsBoundedInSize() throws Exception {
        String big = SignRequests.base64(new byte[1 << 20]);
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ask(SignRequests.wire("r" + i).put("message", big));
            sent.add("r" + i);
        }
        assertThat(client.play("1").output()).isEqualTo("1");
        deciding.permits.release(10);

        int room = (int) (SignDesk.MAX_OPEN_CHARACTERS / big.length());
        await().until(() -> deciding.ended.size() == room);
        assertThat(deciding.ended.keySet())
                .containsExactlyInAnyOrderElementsOf(sent.subList(0, room));
    }

    @Test
    void anExpiredSessionIsRenewedAndWhatIsOpenGoesOn() throws Exception {
        askAndWait(SignRequests.wire("r1"));
        fake.tell("session_expired", Json.object());

        await().until(() -> fake.params("sign_listen").size() == 2);
        assertThat(fake.requests())
                .containsExactly(
                        "fetch_nonce",
                        "authenticate",
                        "sign_listen",
                        "fetch_nonce",
                        "authenticate",
                        "sign_listen");
        await().until(() -> events.equals(List.of("session_expired")));
        ask(SignRequests.wire("r1"));
        askAndWait(SignRequests.wire("r2"));
        deciding.permits.release(2);
        assertThat(outcome("r1")).isInstanceOf(SignOutcome.Answered.class);
        assertThat(outcome("r2")).isInstanceOf(SignOutcome.Answered.class);
    }

    @Test
    void anAnswerThatFindsTheSessionExpiredIsGivenInTheNextOne() throws Exception {
        fake.on(
                "sign_respond",
                (ws, request) -> {
                    fake.answer("sign_respond", "{\"accepted\":true}");
                    var error = new CircleException(ErrorCode.SESSION_EXPIRED).error();
                    ws.send(new RpcMessage.Failure(request.id(), error).encode());
                });
        askAndWait(SignRequests.wire("r1"));
        deciding.permits.release();

        assertThat(outcome("r1")).isInstanceOf(SignOutcome.Answered.class);
        assertThat(fake.requests().subList(3, fake.requests().size()))
                .containsExactly(
                        "sign_respond",
                        "fetch_nonce",
                        "authenticate",
                        "sign_listen",
                        "sign_respond");
    }

    @Test
    void aSignerThatCannotRenewItsSessionClosesRatherThanGoDeaf() throws Exception {
        fake.fail("authenticate", ErrorCode.INVALID_CREDENTIALS);
        fake.tell("session_expired", Json.object());

        assertThat(client.awaitEnd()).returns(1000, ConnectionLostException::closeCode);
        assertThat(fake.lostItsClient()).isTrue();
    }

    @Test
    void aSessionIsRenewedWithTheSameCircleOnly() throws Exception {
        fake.spoilNonce(
                nonce -> {
                    List<String> lines = new ArrayList<>(List.of(nonce.nonce().split("\n")));
                    lines.set(2, "circle: " + Nonces.OTHER_CIRCLE.publicKey());
                    return Nonces.proven(Nonces.OTHER_CIRCLE, lines);
                });
        fake.tell("session_expired", Json.object());

        assertThat(client.awaitEnd()).returns(1000, ConnectionLostException::closeCode);
        assertThat(fake.requests()).containsOnlyOnce("authenticate");
    }
}
