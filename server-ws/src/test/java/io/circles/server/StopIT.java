package io.circles.server;

import static io.circles.server.TestCircles.address;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.circles.server.socket.RawSocket;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.Conversation;
import io.circles.server.transcript.LogIn;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How a circle stops, and what is left of it.
class StopIT {
    private static final String WAIT =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"play\",\"params\":[\"wait\"]}";

    private final StubScripts scripts = new StubScripts();
    private CircleHost host;

    @BeforeEach
    void start() {
        host = CircleHost.start(scripts);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private static CompletableFuture<Void> close(AutoCloseable what) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        what.close();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
    }

    private static void expectEnd(Conversation talk) throws InterruptedException {
        assertThat(talk.receive()).contains("\"method\":\"server_draining\"");
        assertThat(talk.receive()).isEqualTo("close 1012");
    }

    @Test
    void whoIsIdleIsToldAndClosed() throws Exception {
        CircleServer circle = host.mount(TestCircles.circle().build());
        try (SocketConversation talk = new SocketConversation(circle.url())) {
            await().until(() -> circle.connections() == 1);
            circle.close();

            assertThat(talk.receive())
                    .isEqualTo(
                            """
                            {"jsonrpc":"2.0","method":"server_draining","params":{"deadline_ms":10000}}""");
            assertThat(talk.receive()).isEqualTo("close 1012");
        }
    }

    @Test
    void aRunningPlayFinishesBeforeItsConnectionIsClosed() throws Exception {
        CircleServer circle = host.mount(TestCircles.circle().build());
        try (SocketConversation talk = new SocketConversation(circle.url())) {
            LogIn.as(Cast.ALICE, talk);
            talk.send(WAIT);
            scripts.awaitThat("waits", 1);
            CompletableFuture<Void> closed = close(circle);
            assertThat(talk.receive()).contains("server_draining");
            talk.send("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"whoami\"}");
            assertThat(talk.receive()).contains("-32009", "\"retryable\":true", "\"id\":2");
            assertThat(closed).isNotDone();
            scripts.end();

            assertThat(talk.receive()).contains("\"output\":\"wait\"");
            assertThat(talk.receive()).isEqualTo("close 1012");
            assertThat(closed).succeedsWithin(Conversation.PATIENCE);
        }
    }

    @Test
    void aPlayThatDoesNotEndIsCancelledAtTheDeadlineEvenIfItsClientIsDeaf() throws Exception {
        CircleServer circle = host.mount(TestCircles.limited(Limit.DRAIN_MS, 100));
        try (RawSocket deaf = RawSocket.dial(circle.url())) {
            LogIn.as(Cast.ALICE, deaf);
            deaf.send(WAIT);
            scripts.awaitThat("waits", 1);
            circle.close();

            scripts.awaitThat("interrupted", 1);
            assertThat(deaf.receive()).contains("\"method\":\"server_draining\"");
            assertThat(deaf.receive()).contains("-32062");
            assertThat(deaf.receive()).isEqualTo("close 1012");
        }
    }

    @Test
    void whoAsksUntilTheLastMomentIsAnsweredUntilTheLastMoment() throws Exception {
        CircleServer circle = host.mount(TestCircles.circle().build());
        try (RawSocket talk = RawSocket.dial(circle.url())) {
            await().until(() -> circle.connections() == 1);
            for (int i = 0; i < 20; i++) {
                talk.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"whoami\"}");
            }
            assertThat(talk.receive()).contains("\"authenticated\":false");
            circle.close();

            String next = talk.receive();
            while (next.contains("\"id\":1")) {
                next = talk.receive();
            }
            assertThat(next).contains("server_draining");
            assertThat(talk.receive()).isIn("close 1012", "end");
        }
    }

    @Test
    void aPortIsFreeOnceItsCircleIsClosed() throws IOException {
        CircleServer circle = host.mount(TestCircles.circle().build());
        int port = circle.url().getPort();
        circle.close();
        for (int i = 0; i < 100; i++) {
            try (ServerSocket other = new ServerSocket(port, 1, address(circle).getAddress())) {
                assertThat(other.isBound()).isTrue();
            }
            host.mount(TestCircles.circle().port(port).build()).close();
        }
    }

    @Test
    void aClosedPortTakesNoConnection() throws IOException {
        CircleServer circle = host.mount(TestCircles.circle().build());
        circle.close();

        assertThatThrownBy(() -> RawSocket.dial(circle.url()))
                .hasRootCauseInstanceOf(ConnectException.class);
    }

    @Test
    void theHostStopsAllItsCirclesAtOnce() throws Exception {
        CircleServer first = host.mount(TestCircles.circle().build());
        CircleServer second = host.mount(TestCircles.circle(Cast.BOB).build());
        try (SocketConversation here = new SocketConversation(first.url());
                SocketConversation there = new SocketConversation(second.url())) {
            LogIn.as(Cast.ALICE, here);
            here.send(WAIT);
            scripts.awaitThat("waits", 1);
            CompletableFuture<Void> closed = close(host);
            expectEnd(there);
            assertThat(here.receive()).contains("server_draining");
            scripts.end();

            assertThat(here.receive()).contains("\"output\":\"wait\"");
            assertThat(here.receive()).isEqualTo("close 1012");
            assertThat(closed).succeedsWithin(Conversation.PATIENCE);
        }
    }

    @Test
    void theHostWaitsForACircleThatIsStoppingAlready() throws Exception {
        CircleServer circle = host.mount(TestCircles.limited(Limit.DRAIN_MS, 20_000));
        try (SocketConversation talk = new SocketConversation(circle.url())) {
            LogIn.as(Cast.ALICE, talk);
            talk.send(WAIT);
            scripts.awaitThat("waits", 1);
            CompletableFuture<Void> first = close(circle);
            assertThat(talk.receive()).contains("server_draining");
            CompletableFuture<Void> second = close(host);
            assertThat(second).isNotDone();
            scripts.end();

            assertThat(first).succeedsWithin(Conversation.PATIENCE);
            assertThat(second).succeedsWithin(Conversation.PATIENCE);
            assertThat(talk.receive()).contains("\"output\":\"wait\"");
            assertThat(talk.receive()).isEqualTo("close 1012");
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> host.mount(TestCircles.circle().build()));
    }

    @Test
    void closingTwiceDoesNothing() throws IOException {
        CircleServer circle = host.mount(TestCircles.circle().build());
        circle.close();
        circle.close();
        host.close();
        host.close();
    }
}
