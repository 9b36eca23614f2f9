package io.circles.server;

import io.circles.server.session.Members;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.Conversation;
import io.circles.server.transcript.LogIn;
import io.circles.server.transcript.PartiesTranscript;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Whole conversations with the relay over sockets, in both of its dialects.
class RelayIT {
    private static final Members MEMBERS =
            new Members(
                    Set.of(),
                    Map.of(
                            Cast.ALICE.pair().publicKey(),
                            List.of(),
                            Cast.BOB.pair().publicKey(),
                            List.of(),
                            Cast.MALLORY.pair().publicKey(),
                            List.of()));

    private static CircleHost host;
    private static CircleServer circle;

    @BeforeAll
    static void start() throws IOException {
        host = CircleHost.start(new StubScripts());
        circle =
                host.mount(
                        TestCircles.circle()
                                .members(MEMBERS)
                                .mpc(new MpcConfig(true, Duration.ofMinutes(2), Optional.empty()))
                                .build());
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @TestFactory
    Stream<DynamicTest> theOriginalsConversationsGoAsTheTranscriptsSay() {
        return PartiesTranscript.in("mpc").stream()
                .map(
                        t ->
                                DynamicTest.dynamicTest(
                                        t.name(),
                                        () ->
                                                t.replay(
                                                        _ ->
                                                                new SocketConversation(
                                                                        URI.create(
                                                                                circle.url()
                                                                                        + "/mpc")))));
    }

    @TestFactory
    Stream<DynamicTest> membersConversationsGoAsTheTranscriptsSay() {
        return PartiesTranscript.in("relay").stream()
                .map(t -> DynamicTest.dynamicTest(t.name(), () -> t.replay(RelayIT::member)));
    }

    private static Conversation member(String name) {
        Conversation conversation = new SocketConversation(circle.url());
        try {
            LogIn.as(Cast.valueOf(name.toUpperCase(Locale.ROOT)), conversation);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return conversation;
    }
}
