package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.server.transcript.Cast;
import io.circles.server.transcript.LogIn;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two circles of one process have nothing in common, on two ports and on one.
class NeighboursIT {
    private static final String WHOAMI = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"whoami\"}";

    private final StubScripts scripts = new StubScripts();
    private CircleHost host;
    private CircleServer first;
    private CircleServer second;

    @BeforeEach
    void start() {
        host = CircleHost.start(scripts);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private void mount(boolean shared) throws IOException {
        first = host.mount(TestCircles.circle(Cast.CIRCLE).build());
        int port = shared ? first.url().getPort() : 0;
        second = host.mount(TestCircles.circle(Cast.BOB).port(port).build());
        assertThat(first.url().getPort() == second.url().getPort()).isEqualTo(shared);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachAnswersByItsOwnName(boolean shared) throws Exception {
        mount(shared);
        for (CircleServer circle : new CircleServer[] {first, second}) {
            try (SocketConversation talk = new SocketConversation(circle.url())) {
                talk.send(WHOAMI);
                assertThat(talk.receive())
                        .contains("\"circle\":\"" + circle.publicKey().hex() + "\"");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNonceOfOneIsRefusedByTheOther(boolean shared) throws Exception {
        mount(shared);
        try (SocketConversation here = new SocketConversation(first.url());
                SocketConversation there = new SocketConversation(second.url())) {
            String nonce = LogIn.fetchNonce(Cast.ALICE, here);
            LogIn.fetchNonce(Cast.ALICE, there);
            there.send(LogIn.authenticate(Cast.ALICE, nonce));
            assertThat(there.receive()).contains("-32002");
            here.send(LogIn.authenticate(Cast.ALICE, nonce));

            assertThat(here.receive()).contains("\"authenticated\":true");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoLoggedInAtOneIsNobodyAtTheOther(boolean shared) throws Exception {
        mount(shared);
        try (SocketConversation here = new SocketConversation(first.url());
                SocketConversation there = new SocketConversation(second.url())) {
            LogIn.as(Cast.ALICE, here);
            there.send(WHOAMI);
            assertThat(there.receive()).contains("\"authenticated\":false");
            there.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"play\",\"params\":[\"1\"]}");

            assertThat(there.receive()).contains("-32001");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRequestOfOneCannotBeCancelledAtTheOther(boolean shared) throws Exception {
        mount(shared);
        try (SocketConversation here = new SocketConversation(first.url());
                SocketConversation there = new SocketConversation(second.url())) {
            LogIn.as(Cast.ALICE, here);
            LogIn.as(Cast.ALICE, there);
            here.send("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"play\",\"params\":[\"wait\"]}");
            scripts.awaitThat("waits", 1);
            String cancel = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"cancel\",\"params\":[7]}";
            there.send(cancel);
            assertThat(there.receive()).contains("\"cancelled\":false");
            there.send("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"play\",\"params\":[\"mine\"]}");
            assertThat(there.receive()).contains("\"output\":\"mine\"");
            assertThat(scripts.times("interrupted")).isZero();
            here.send(cancel);
            scripts.awaitThat("interrupted", 1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingOneLeavesTheOtherAndItsConnectionsAlone(boolean shared) throws Exception {
        mount(shared);
        try (SocketConversation here = new SocketConversation(first.url());
                SocketConversation there = new SocketConversation(second.url())) {
            LogIn.as(Cast.ALICE, there);
            first.close();
            assertThat(here.receive()).contains("server_draining");
            assertThat(here.receive()).isEqualTo("close 1012");
            there.send(WHOAMI);
            assertThat(there.receive()).contains("\"authenticated\":true");
        }
        try (SocketConversation again = new SocketConversation(second.url())) {
            again.send(WHOAMI);
            assertThat(again.receive()).contains(second.publicKey().hex());
        }
    }
}
