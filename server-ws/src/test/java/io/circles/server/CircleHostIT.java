package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.circles.protocol.crypto.KeyPair;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Many circles in one process.
class CircleHostIT {
    private static final int ON_PORTS = 1_000;
    private static final int ON_ONE_PORT = 200;
    private static final int MOST_THREADS = 60;

    private static CircleConfig.Builder circle(int number) {
        byte[] secret = HexFormat.of().parseHex("%064x".formatted(number + 1));
        return CircleConfig.builder("circle-" + number, KeyPair.of(secret)).port(0);
    }

    private static List<CircleServer> mount(CircleHost host, int from, int count, int port)
            throws IOException {
        List<CircleServer> circles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            circles.add(host.mount(circle(from + i).port(port).build()));
        }
        return circles;
    }

    private static void assertReached(CircleServer circle) throws InterruptedException {
        try (SocketConversation talk = new SocketConversation(circle.url())) {
            talk.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"whoami\"}");
            assertThat(talk.receive()).contains(circle.publicKey().hex());
        }
    }

    private static void assertFewThreads(int before) {
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount())
                .isLessThan(before + MOST_THREADS);
    }

    @Test
    void aThousandCirclesAreServedByAFewThreads() throws Exception {
        int before = ManagementFactory.getThreadMXBean().getThreadCount();
        List<CircleServer> circles;
        try (CircleHost host = CircleHost.start(new StubScripts())) {
            circles = mount(host, 0, ON_PORTS, 0);
            assertThat(circles.stream().map(c -> c.url().getPort()).distinct()).hasSize(ON_PORTS);
            for (int i = 0; i < ON_PORTS; i += ON_PORTS / 20) {
                assertReached(circles.get(i));
            }
            assertReached(circles.getLast());
            assertFewThreads(before);
        }

        for (CircleServer circle : circles) {
            int port = circle.url().getPort();
            assertThatCode(() -> new ServerSocket(port).close()).doesNotThrowAnyException();
        }
    }

    @Test
    void manyCirclesShareAPortByTheirPaths() throws Exception {
        int before = ManagementFactory.getThreadMXBean().getThreadCount();
        try (CircleHost host = CircleHost.start(new StubScripts())) {
            CircleServer first = mount(host, 0, 1, 0).getFirst();
            int port = first.url().getPort();
            List<CircleServer> others = mount(host, 1, ON_ONE_PORT - 1, port);
            assertReached(first);
            for (CircleServer circle : others) {
                assertThat(circle.url().getPort()).isEqualTo(port);
                assertReached(circle);
            }
            assertFewThreads(before);
            first.close();
            assertReached(others.getLast());
        }
    }
}
