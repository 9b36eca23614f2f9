package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.server.socket.Frame;
import io.circles.server.socket.RawSocket;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who says nothing is pinged, and is gone when even that is not answered.
class SilenceIT {
    private static final int PING_MS = 50;
    private static final int IDLE_MS = 500;

    /// Those of three times the idle time.
    private static final int MOST_PINGS = 3 * IDLE_MS / PING_MS;

    private CircleHost host;
    private CircleServer circle;

    @BeforeEach
    void start() throws IOException {
        host = CircleHost.start(new StubScripts());
        circle =
                host.mount(
                        TestCircles.circle()
                                .limits(
                                        Limits.DEFAULTS
                                                .with(Limit.PING_MS, PING_MS)
                                                .with(Limit.IDLE_MS, IDLE_MS))
                                .build());
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void whoAnswersNoPingIsGoneAfterTheIdleTime() {
        try (RawSocket silent = RawSocket.dial(circle.url())) {
            await().until(() -> circle.connections() == 1);
            int pings = 0;
            Frame frame = silent.next();
            while (frame.opcode() == Frame.PING && pings < MOST_PINGS) {
                pings++;
                frame = silent.next();
            }

            assertThat(frame.opcode()).isIn(Frame.CLOSE, Frame.END);
            assertThat(pings).isBetween(1, MOST_PINGS);
            await().until(() -> circle.connections() == 0);
        }
    }

    @Test
    void whoAnswersPingsMayBeSilentForever() {
        try (RawSocket idle = RawSocket.dial(circle.url())) {
            for (int i = 0; i < MOST_PINGS; i++) {
                Frame frame = idle.next();
                assertThat(frame.opcode()).isEqualTo(Frame.PING);
                idle.send(Frame.PONG, true, frame.payload().array());
            }

            idle.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"whoami\"}");
            assertThat(idle.receive()).contains("\"authenticated\":false");
        }
    }
}
