package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.server.transcript.Cast;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What happens to the others when a circle cannot be mounted.
class MountIT {
    private CircleHost host;
    private CircleServer circle;

    @BeforeEach
    void start() throws IOException {
        host = CircleHost.start(new StubScripts());
        circle = host.mount(TestCircles.circle().build());
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private void assertStillServed() throws InterruptedException {
        try (SocketConversation talk = new SocketConversation(circle.url())) {
            talk.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"whoami\"}");
            assertThat(talk.receive()).contains(circle.publicKey().hex());
        }
    }

    @Test
    void aKeyIsServedOnce() throws InterruptedException {
        assertThatThrownBy(() -> host.mount(TestCircles.circle().build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(circle.publicKey().hex());

        assertStillServed();
    }

    @Test
    void aKeyMayBeServedAgainOnceItsCircleIsClosed() throws Exception {
        circle.close();
        circle = host.mount(TestCircles.circle().build());

        assertStillServed();
    }

    @Test
    void aTakenPortIsAnErrorAndTheRestRunsOn() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CircleConfig config = TestCircles.circle(Cast.BOB).port(taken.getLocalPort()).build();

            assertThatThrownBy(() -> host.mount(config)).isInstanceOf(BindException.class);
            assertStillServed();
        }
        host.mount(TestCircles.circle(Cast.BOB).build());
    }

    @Test
    void anUnknownHostIsAnErrorAndTheRestRunsOn() throws InterruptedException {
        CircleConfig config = TestCircles.circle(Cast.BOB).host("no.such.host.invalid").build();

        assertThatThrownBy(() -> host.mount(config)).isInstanceOf(UnknownHostException.class);
        assertStillServed();
    }

    @Test
    void everyAddressWithoutOriginsIsRefusedAndItsPortIsFreeAgain() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        CircleConfig config = TestCircles.circle(Cast.BOB).host("0.0.0.0").port(port).build();

        assertThatThrownBy(() -> host.mount(config)).isInstanceOf(IllegalArgumentException.class);
        new ServerSocket(port).close();
        assertStillServed();
    }
}
