package io.circles.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.server.StubScripts;
import io.circles.server.circle.DirectCircle;
import io.circles.server.session.SessionContexts;
import io.circles.server.session.TestClock;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.DirectConversation;
import io.circles.server.transcript.LogIn;
import io.circles.server.transport.Network;
import io.circles.server.transport.Timers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The event that says that a session ran out.
class SessionExpiryTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String WHOAMI = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"whoami\"}";

    private final TestClock clock = new TestClock();
    private final Timers timers = new Timers();
    private DirectCircle circle;
    private DirectConversation talk;

    @BeforeEach
    void start(@TempDir Path folder) {
        circle = new DirectCircle(new StubScripts(), folder);
        talk = circle.connect(SessionContexts.session(SessionContexts.RULES, clock), timers);
    }

    @AfterEach
    void stop() {
        talk.close();
        circle.close();
    }

    private static String expired(Cast who, String at) {
        return """
        {"jsonrpc":"2.0","method":"session_expired","params":{"pubkey":"%s","expired_at":%d}}"""
                .formatted(who.pair().publicKey().hex(), Instant.parse(at).getEpochSecond());
    }

    private void ask(String request) throws InterruptedException {
        talk.send(request);
        assertThat(talk.receive()).endsWith(",\"id\":1}");
        talk.awaitHandled();
    }

    private void logIn(Cast who) throws InterruptedException {
        LogIn.as(who, talk);
        talk.awaitHandled();
    }

    private void expectNothingMore() throws InterruptedException {
        timers.passAll();
        ask(WHOAMI);
        assertThat(talk.unreceived()).isEmpty();
    }

    @Test
    void theClientIsToldAtTheMomentItsSessionEndsAndOnce() throws InterruptedException {
        logIn(Cast.ALICE);
        assertThat(timers.lastDelayMillis()).isEqualTo(HOUR.toMillis());
        clock.pass(HOUR);
        timers.passAll();

        assertThat(talk.receive()).isEqualTo(expired(Cast.ALICE, "2026-11-20T13:00:00Z"));
        expectNothingMore();
    }

    @Test
    void aTimerThatIsEarlySaysNothingAndComesBack() throws InterruptedException {
        logIn(Cast.ALICE);
        clock.pass(HOUR.minusMillis(30));
        timers.passAll();
        ask(WHOAMI);
        assertThat(timers.lastDelayMillis()).isEqualTo(30);
        clock.pass(Duration.ofMillis(30));
        timers.passAll();

        assertThat(talk.receive()).contains("session_expired");
    }

    @Test
    void whoAsksBeforeTheTimerIsToldAfterTheAnswer() throws InterruptedException {
        logIn(Cast.ALICE);
        clock.pass(HOUR);
        talk.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"play\",\"params\":[\"1\"]}");

        assertThat(talk.receive()).contains("-32004");
        assertThat(talk.receive()).contains("session_expired");
        expectNothingMore();
    }

    @Test
    void whoLoggedOutIsNotTold() throws InterruptedException {
        logIn(Cast.ALICE);
        ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"logout\"}");
        ask(WHOAMI);
        clock.pass(HOUR);

        expectNothingMore();
    }

    @Test
    void aRenewalMovesTheEnd() throws InterruptedException {
        logIn(Cast.ALICE);
        clock.pass(Duration.ofMinutes(40));
        logIn(Cast.ALICE);
        clock.pass(Duration.ofMinutes(40));
        expectNothingMore();
        clock.pass(Duration.ofMinutes(20));
        timers.passAll();

        assertThat(talk.receive()).isEqualTo(expired(Cast.ALICE, "2026-11-20T13:40:00Z"));
    }

    @Test
    void whoBecameAnotherIsToldOfThatOnesEnd() throws InterruptedException {
        logIn(Cast.ALICE);
        logIn(Cast.BOB);
        clock.pass(HOUR);
        timers.passAll();

        assertThat(talk.receive()).isEqualTo(expired(Cast.BOB, "2026-11-20T13:00:00Z"));
        expectNothingMore();
    }

    @Test
    void aSubscriptionEndsWithTheSession() throws InterruptedException {
        logIn(Cast.BOB);
        ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":[\"*\"]}");
        publish("1");
        assertThat(talk.receive()).contains("\"seq\":1");
        clock.pass(HOUR);
        timers.passAll();
        assertThat(talk.receive()).contains("session_expired");
        publish("2");
        expectNothingMore();
    }

    private void publish(String data) throws InterruptedException {
        try (DirectConversation other = circle.connect()) {
            LogIn.as(Cast.BOB, other);
            other.send(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":[\"*\"]}");
            assertThat(other.receive()).contains("gap");
            other.send(
                    """
                    {"jsonrpc":"2.0","id":1,"method":"play","params":["publish t %s"]}"""
                            .formatted(data));
            assertThat(other.receive()).contains("publish");
            // it has been handed on to all
            assertThat(other.receive()).contains("\"event\"");
        }
    }

    @Test
    void nobodyIsToldWhenTheConnectionIsGone() throws InterruptedException {
        logIn(Cast.ALICE);
        assertThat(timers.getQueue()).hasSize(1);
        Network.lose(talk.connection());

        await().untilAsserted(() -> assertThat(timers.getQueue()).isEmpty());
        assertThat(talk.unreceived()).isEmpty();
    }
}
