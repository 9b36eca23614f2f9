package io.circles.server.rpc;

import static io.circles.server.rpc.Works.answer;
import static io.circles.server.rpc.Works.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.circles.server.event.Deliveries;
import io.circles.server.event.Subscriptions;
import io.circles.server.event.TestEvents;
import io.circles.server.mpc.Relays;
import io.circles.server.sigsocket.SigSockets;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.DirectConversation;
import io.circles.server.transport.FrameHandler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A stopping circle and the requests of one connection.
class DrainTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final Works works = new Works();
    private final AtomicReference<FrameHandler> endpoint = new AtomicReference<>();
    private final DirectConversation talk =
            new DirectConversation(
                    timer,
                    (connection, _) -> {
                        Deliveries deliveries = new Deliveries(connection, 1 << 20);
                        endpoint.set(
                                new RpcEndpoint(
                                        works.methods(1),
                                        TestEndpoints.session(Cast.CIRCLE),
                                        TestEndpoints.LIMITS,
                                        connection,
                                        new Subscriptions(
                                                TestEvents.none(timer), 1, deliveries, 1 << 20),
                                        new ConnectionDevice(SigSockets.unused(), deliveries),
                                        new ConnectionRelay(
                                                Relays.unusedNodes(), deliveries, connection),
                                        (method, outcome) -> {}));
                        return endpoint.get();
                    });

    @AfterEach
    void stop() {
        talk.close();
    }

    private void drain() throws InterruptedException {
        talk.connection().execute(() -> endpoint.get().drain(1_234));
        assertThat(talk.receive())
                .isEqualTo(
                        """
                        {"jsonrpc":"2.0","method":"server_draining","params":{"deadline_ms":1234}}""");
    }

    private CompletableFuture<Void> awaitIdle(Duration patience) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        endpoint.get().awaitIdle(System.nanoTime() + patience.toNanos());
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    @Test
    void nothingNewIsTakenAndWhatIsInFlightFinishes() throws InterruptedException {
        talk.send(request("work", "runs"));
        talk.send(request("work", "waits"));
        works.awaitStarted(1);
        drain();
        talk.send(request("echo", "new"));
        assertThat(talk.receive()).contains("\"id\":\"new\"", "-32009", "stopping");

        CompletableFuture<Void> idle = awaitIdle(LONG);
        works.end("runs");
        assertThat(talk.receive()).isEqualTo(answer("runs"));
        works.awaitStarted(2);
        assertThat(idle).isNotDone();
        works.end("waits");
        assertThat(idle).succeedsWithin(LONG);
        assertThat(talk.unreceived()).containsExactly(answer("waits"));
    }

    @Test
    void theWaitEndsAtTheDeadlineAllTheSame() {
        talk.send(request("work", "never ends"));
        works.awaitStarted(1);

        assertThat(awaitIdle(Duration.ofMillis(20))).succeedsWithin(LONG);
        assertThat(works.interrupted).isEmpty();
    }

    @Test
    void whatIsIdleIsNotWaitedFor() {
        assertThat(awaitIdle(LONG)).succeedsWithin(LONG.dividedBy(2));
    }
}
