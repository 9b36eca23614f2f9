package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.server.transcript.Cast;
import io.circles.server.transcript.LogIn;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Sessions and what runs in them, over a real socket.
class SessionsIT {
    private static final int SESSION_MS = 300;

    private final StubScripts scripts = new StubScripts();
    private CircleHost host;
    private CircleServer circle;

    @BeforeEach
    void start() throws IOException {
        host = CircleHost.start(scripts);
        circle = host.mount(TestCircles.circle().build());
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private static String play(String id, String script) {
        return """
        {"jsonrpc":"2.0","id":"%s","method":"play","params":["%s"]}"""
                .formatted(id, script);
    }

    @Test
    void aPlayMayFollowTheLogInWithoutWaiting() throws InterruptedException {
        try (SocketConversation talk = new SocketConversation(circle.url())) {
            String nonce = LogIn.fetchNonce(Cast.ALICE, talk);
            talk.send(LogIn.authenticate(Cast.ALICE, nonce));
            talk.send(play("at once", "42"));

            assertThat(talk.receive()).contains("\"authenticated\":true");
            assertThat(talk.receive()).contains("\"output\":\"42\"", "at once");
        }
    }

    @Test
    void aLostConnectionCancelsWhatItRuns() throws InterruptedException {
        try (SocketConversation talk = new SocketConversation(circle.url())) {
            LogIn.as(Cast.ALICE, talk);
            talk.send(play("never ends", "wait"));
            scripts.awaitThat("waits", 1);
        }

        scripts.awaitThat("interrupted", 1);
    }

    @Test
    void whatRunsDoesNotHoldUpWhatComesAfterAndCanBeCancelled() throws InterruptedException {
        try (SocketConversation talk = new SocketConversation(circle.url())) {
            LogIn.as(Cast.ALICE, talk);
            talk.send(play("slow", "wait"));
            talk.send(play("quick", "42"));
            assertThat(talk.receive()).contains("quick");
            talk.send("{\"jsonrpc\":\"2.0\",\"method\":\"cancel\",\"params\":[\"slow\"]}");

            assertThat(talk.receive()).contains("-32062", "slow");
        }
    }

    @Test
    void fiveFailuresCloseWith1008AndTheNextConnectionStartsAnew() throws InterruptedException {
        try (SocketConversation talk = new SocketConversation(circle.url())) {
            for (int i = 0; i < 5; i++) {
                talk.send(LogIn.authenticate(Cast.ALICE, "no nonce"));
                assertThat(talk.receive()).contains("-32002");
            }
            assertThat(talk.receive()).isEqualTo("close 1008");
        }
        try (SocketConversation next = new SocketConversation(circle.url())) {
            LogIn.as(Cast.ALICE, next);
        }
    }

    @Test
    void theEndOfASessionIsToldWhenItComes() throws Exception {
        CircleConfig config =
                TestCircles.circle(Cast.BOB)
                        .limits(Limits.DEFAULTS.with(Limit.SESSION_MS, SESSION_MS))
                        .build();
        try (CircleServer brief = host.mount(config);
                SocketConversation talk = new SocketConversation(brief.url())) {
            long before = System.nanoTime();
            LogIn.as(Cast.ALICE, talk);

            assertThat(talk.receive())
                    .contains("session_expired", Cast.ALICE.pair().publicKey().hex());
            assertThat(System.nanoTime() - before).isGreaterThan((SESSION_MS - 1) * 1_000_000L);
            talk.send(play("too late", "42"));
            assertThat(talk.receive()).contains("-32004");
        }
    }
}
