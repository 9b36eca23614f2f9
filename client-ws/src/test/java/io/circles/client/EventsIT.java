package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.Json;
import io.circles.protocol.RpcMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventsIT {
    private final List<Integer> got = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private FakeCircle fake;

    @BeforeEach
    void start() throws InterruptedException {
        fake = FakeCircle.open();
    }

    @AfterEach
    void stop() {
        gate.countDown();
        fake.close();
    }

    private CircleClient connect(Consumer<RpcMessage.Notification> listener)
            throws InterruptedException {
        return CircleClient.builder(fake.uri()).onEvent(listener).connect();
    }

    /// The circle sends so many events before it answers a play.
    private void events(int count, String padding) {
        fake.on(
                "play",
                (ws, request) -> {
                    for (int i = 0; i < count; i++) {
                        var params = Json.object().put("seq", i).put("data", padding);
                        ws.send(new RpcMessage.Notification("event", params).encode());
                    }
                    FakeCircle.result(ws, request, FakeCircle.played("done", null));
                });
    }

    private void note(RpcMessage.Notification event) {
        got.add(event.params() == null ? -1 : event.params().path("seq").asInt());
    }

    private void waitAtTheGate() {
        try {
            if (!gate.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("the gate stayed shut");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void eventsComeInTheirOrder() throws Exception {
        events(1000, "");
        try (CircleClient client = connect(this::note)) {
            client.play("1");

            Awaitility.await().until(() -> got.size() == 1000);
            assertThat(got).isEqualTo(IntStream.range(0, 1000).boxed().toList());
        }
    }

    @Test
    void aSlowListenerDelaysNoAnswer() throws Exception {
        events(1, "");
        try (CircleClient client =
                connect(
                        event -> {
                            waitAtTheGate();
                            note(event);
                        })) {
            assertThat(client.play("1").output()).isEqualTo("done");
            assertThat(got).isEmpty();
            gate.countDown();
            Awaitility.await().until(() -> got.size() == 1);
        }
    }

    @Test
    void aListenerMayUseTheClient() throws Exception {
        events(1, "");
        List<CircleClient> itself = new CopyOnWriteArrayList<>();
        try (CircleClient client =
                connect(
                        event -> {
                            waitAtTheGate();
                            fake.answer("echo", "42");
                            got.add(echoed(itself.getFirst()));
                        })) {
            itself.add(client);
            client.play("1");
            gate.countDown();

            Awaitility.await().until(() -> got.contains(42));
        }
    }

    private static int echoed(CircleClient client) {
        try {
            return client.request("echo", null, Integer.class);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aListenerThatThrowsGetsTheNextEventAllTheSame() throws Exception {
        events(2, "");
        try (CircleClient client =
                connect(
                        event -> {
                            note(event);
                            throw new IllegalStateException("as the test wants it");
                        })) {
            client.play("1");

            Awaitility.await().until(() -> got.size() == 2);
        }
    }

    @Test
    void whatAListenerCannotTakeInTimeIsDroppedAndCountedInItsPlace() throws Exception {
        events(60, "x".repeat(100_000));
        try (CircleClient client =
                CircleClient.builder(fake.uri())
                        .onEvent(
                                event -> {
                                    waitAtTheGate();
                                    note(event);
                                })
                        .onLostEvents(count -> got.add(-(int) count))
                        .connect()) {
            client.play("1");
            gate.countDown();
            Awaitility.await().until(() -> got.size() == 42);
            events(1, "");
            client.play("1");

            Awaitility.await().until(() -> got.size() == 43);
            assertThat(got.subList(0, 41)).isEqualTo(IntStream.range(0, 41).boxed().toList());
            assertThat(got.subList(41, 43)).containsExactly(-19, 0);
        }
    }

    @Test
    void aListenerMayCloseTheClient() throws Exception {
        events(2, "");
        List<CircleClient> itself = new CopyOnWriteArrayList<>();
        try (CircleClient client =
                connect(
                        event -> {
                            waitAtTheGate();
                            itself.getFirst().close();
                            note(event);
                        })) {
            itself.add(client);
            client.play("1");
            gate.countDown();

            assertThat(fake.lostItsClient()).isTrue();
            Awaitility.await().until(() -> got.size() == 1);
        }
    }
}
