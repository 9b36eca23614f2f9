package io.circles.server.circle;

import io.circles.server.CircleConfig;
import io.circles.server.CircleHost;
import io.circles.server.Limit;
import io.circles.server.Limits;
import io.circles.server.StubScripts;
import io.circles.server.rpc.TestEndpoints;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.CircleTranscripts;
import io.circles.server.transcript.Conversation;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/// The transcripts of functions, events and what scripts change, over real sockets.
class ChangesIT extends CircleTranscripts {
    private final List<CircleHost> hosts = new ArrayList<>();

    ChangesIT() {
        super("changes");
    }

    @AfterEach
    void stop() {
        hosts.forEach(CircleHost::close);
    }

    @Override
    protected Conversation connect() {
        hosts.add(CircleHost.start(new StubScripts()));
        try {
            return new SocketConversation(hosts.getLast().mount(config()).url());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
