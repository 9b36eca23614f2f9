package io.circles.server;

import io.circles.server.transcript.CircleTranscripts;
import io.circles.server.transcript.Conversation;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The transcripts over a real socket.
class CircleServerIT extends CircleTranscripts {
    private static CircleHost host;
    private static CircleServer circle;

    @BeforeAll
    static void start() throws IOException {
        host = CircleHost.start(TestCircles.scripts());
        circle = host.mount(TestCircles.circle().build());
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Override
    protected Conversation connect() {
        return new SocketConversation(circle.url());
    }
}
