package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.server.socket.Frame;
import io.circles.server.socket.RawSocket;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.LogIn;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Clients that do not keep up cost themselves their connection, and nobody else anything.
class OverloadIT {
    private static final String WHOAMI = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"whoami\"}";
    private static final String DISCOVER =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"rpc.discover\"}";
    private static final String WAIT =
            "{\"jsonrpc\":\"2.0\",\"id\":\"w\",\"method\":\"play\",\"params\":[\"wait\"]}";
    private static final int OUTBOX = 100_000;

    /// What the kernels of both ends may hold, with room to spare.
    private static final int KERNEL = 16 << 20;

    private final StubScripts scripts = new StubScripts();
    private CircleHost host;
    private CircleServer circle;

    @BeforeEach
    void start() throws IOException {
        host = CircleHost.start(scripts);
        circle = host.mount(TestCircles.limited(Limit.OUTBOX, OUTBOX));
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private static String batch(int size, String request) {
        return "[" + String.join(",", Collections.nCopies(size, request)) + "]";
    }

    private long sizeOfAnswer(String request) throws InterruptedException {
        try (SocketConversation talk = new SocketConversation(circle.url())) {
            talk.send(request);
            return talk.receive().length();
        }
    }

    private static void assertClosedWith1013OrJustEnded(Frame last) {
        if (last.opcode() == Frame.CLOSE) {
            assertThat(last.closeCode()).isEqualTo(1013);
        }
    }

    @Test
    void aSlowReaderIsClosedAndItsRunsCancelledWhileOthersAreAnswered() throws Exception {
        String batch = batch(10, DISCOVER);
        long size = sizeOfAnswer(batch);
        try (RawSocket slow = RawSocket.dial(circle.url());
                SocketConversation quick = new SocketConversation(circle.url())) {
            LogIn.as(Cast.ALICE, slow);
            slow.send(WAIT);
            for (long asked = 0; asked < 4L * KERNEL; asked += size) {
                slow.send(batch);
            }
            // the server has given up on it when what it runs is cancelled
            scripts.awaitThat("interrupted", 1);
            quick.send(WHOAMI);
            assertThat(quick.receive()).contains("\"authenticated\":false");

            long bytes = 0;
            Frame last = Frame.none();
            for (Frame next = slow.next(); next.opcode() != Frame.END; next = slow.next()) {
                bytes += next.size();
                last = next;
            }
            assertThat(bytes).isBetween((long) OUTBOX, (long) KERNEL + OUTBOX);
            assertClosedWith1013OrJustEnded(last);
        }
    }

    @Test
    void whoSendsWithoutEndIsCutOffWhileOthersAreAnswered() throws InterruptedException {
        String batch = batch(100, WHOAMI);
        try (RawSocket fast = RawSocket.dial(circle.url());
                SocketConversation quick = new SocketConversation(circle.url())) {
            assertThat(sendUntilCutOff(fast, batch)).isLessThan(10L * KERNEL);
            quick.send(WHOAMI);

            assertThat(quick.receive()).contains("\"authenticated\":false");
        }
    }

    private static long sendUntilCutOff(RawSocket socket, String frame) {
        long sent = 0;
        try {
            while (sent < 10L * KERNEL) {
                socket.send(frame);
                sent += frame.length();
            }
        } catch (UncheckedIOException e) {
            return sent;
        }
        return sent;
    }
}
