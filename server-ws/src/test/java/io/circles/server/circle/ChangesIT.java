package io.circles.server.circle;

import io.circles.script.engine.GraalScriptExecutor;
import io.circles.server.CircleConfig;
import io.circles.server.CircleHost;
import io.circles.server.CircleServer;
import io.circles.server.Limit;
import io.circles.server.Limits;
import io.circles.server.rpc.TestEndpoints;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.CircleTranscripts;
import io.circles.server.transcript.Conversation;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The transcripts of functions, events and what scripts change, over real sockets: each with a
/// circle of its own.
class ChangesIT extends CircleTranscripts {
    private CircleHost host;
    private Optional<CircleServer> last = Optional.empty();

    ChangesIT() {
        super("changes");
    }

    @BeforeEach
    void start() {
        host = CircleHost.start(new GraalScriptExecutor(2, 100));
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Override
    protected Conversation connect() throws IOException {
        last.ifPresent(CircleServer::close);
        CircleServer circle = host.mount(config());
        last = Optional.of(circle);
        return new SocketConversation(circle.url());
    }

    private static CircleConfig config() {
        return CircleConfig.builder("test", Cast.CIRCLE.pair())
                .port(0)
                .members(DirectCircle.MEMBERS)
                .module(ChangesTest.MODULE)
                .limits(Limits.DEFAULTS.with(Limit.SUBSCRIPTIONS, TestEndpoints.SUBSCRIPTIONS))
                .build();
    }
}
