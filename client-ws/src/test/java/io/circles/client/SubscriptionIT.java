package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.java_websocket.WebSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SubscriptionIT {
    private static final int EVENTS = 50;

    private final List<CircleApi.Published> got = new CopyOnWriteArrayList<>();
    private final List<String> others = new CopyOnWriteArrayList<>();
    private FakeCircle fake;

    @BeforeEach
    void start() throws InterruptedException {
        fake = FakeCircle.open();
        fake.on(
                "subscribe",
                (ws, request) -> {
                    FakeCircle.result(
                            ws, request, Json.tree(new CircleApi.Subscribed("s1", 7, false)));
                    for (int i = 1; i <= EVENTS; i++) {
                        publish(ws, "s1", 7 + i);
                    }
                    publish(ws, "another", 1);
                });
        fake.on(
                "unsubscribe",
                (ws, request) -> {
                    publish(ws, "s1", 1_000);
                    FakeCircle.result(ws, request, Json.tree(new CircleApi.Unsubscribed(true)));
                });
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private static void publish(WebSocket ws, String subscription, long seq) {
        ws.send(
                new CircleApi.Published(subscription, "news", Json.text("x"), seq, seq - 1)
                        .notification()
                        .encode());
    }

    private CircleClient connect() throws InterruptedException {
        return CircleClient.builder(fake.uri())
                .onEvent(event -> others.add(event.method()))
                .connect();
    }

    @Test
    void aListenerGetsTheEventsOfItsSubscriptionInOrderHoweverSoonTheyCome() throws Exception {
        try (CircleClient circle = connect();
                Subscription subscription = circle.subscribe("news", got::add)) {
            assertThat(subscription.id()).isEqualTo("s1");
            assertThat(subscription.seq()).isEqualTo(7);
            await().untilAsserted(() -> assertThat(got).hasSize(EVENTS));
            await().untilAsserted(() -> assertThat(others).containsExactly("event"));
        }
        assertThat(got.stream().map(CircleApi.Published::seq))
                .containsExactlyElementsOf(LongStream.rangeClosed(8, 7 + EVENTS).boxed().toList());
    }

    @Test
    void aListenerGetsNothingAfterTheEnd() throws Exception {
        try (CircleClient circle = connect()) {
            Subscription subscription = circle.subscribe("news", got::add);
            await().untilAsserted(() -> assertThat(got).hasSize(EVENTS));
            subscription.close();
            await().untilAsserted(() -> assertThat(others).hasSize(2));
            assertThat(got).hasSize(EVENTS);
        }
    }

    @Test
    void aFunctionIsCalledWithItsArgument() throws Exception {
        fake.on(
                "call",
                (ws, request) ->
                        FakeCircle.result(
                                ws,
                                request,
                                FakeCircle.played(Json.write(request.params()), null)));
        try (CircleClient circle = connect()) {
            assertThat(circle.call("f").output()).isEqualTo("{\"function\":\"f\"}");
            assertThat(circle.call("f", List.of(1)).output())
                    .isEqualTo("{\"function\":\"f\",\"args\":[1]}");
        }
    }
}
