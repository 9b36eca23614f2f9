package io.circles.server;

import static io.circles.server.TestCircles.address;
import static io.circles.server.TestCircles.host;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.script.bus.Bus;
import io.circles.server.circle.DirectCircle;
import io.circles.server.socket.HttpAnswer;
import io.circles.server.socket.RawSocket;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.LogIn;
import io.circles.server.transcript.SocketConversation;
import io.circles.server.webhook.provider.Stripe;
import io.circles.server.webhook.provider.Tolerance;
import io.circles.server.webhook.provider.Webhook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two servers of one circle, with its state in PostgreSQL and a Redis between them.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@Tag("waiting")
class NodesIT {
    private static final Webhook STRIPE =
            new Webhook(
                    "stripe",
                    new Stripe(Tolerance.DEFAULT),
                    List.of("whsec_of_stripe_of_both"),
                    List.of(),
                    Optional.empty());

    @TempDir private Path folder;
    private final TestNodes nodes = new TestNodes();
    private final List<SocketConversation> talks = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        talks.forEach(SocketConversation::close);
        nodes.close();
    }

    private CircleServer node(Bus bus) throws IOException {
        return nodes.start(
                TestCircles.circle()
                        .members(DirectCircle.MEMBERS)
                        .module(StubScripts.module("onWebhook: publish came 1"))
                        .webhooks(List.of(STRIPE)),
                Files.createTempDirectory(folder, "node"),
                bus);
    }

    private CircleServer node() throws IOException {
        return node(nodes.bus());
    }

    private SocketConversation connect(CircleServer circle) throws InterruptedException {
        return connect(circle, Cast.BOB);
    }

    private SocketConversation connect(CircleServer circle, Cast who) throws InterruptedException {
        SocketConversation talk = new SocketConversation(circle.url());
        talks.add(talk);
        LogIn.as(who, talk);
        return talk;
    }

    /// Somebody who has subscribed to everything from now on.
    private final class Subscriber {
        final SocketConversation talk;
        long prev;

        Subscriber(CircleServer circle) throws Exception {
            this.talk = connect(circle);
            this.prev = ask(talk, "subscribe", "[\"*\"]").at("/result/seq").asLong();
        }

        /// The next event's number, which follows that before.
        long next() throws Exception {
            JsonNode params = Json.parse(talk.receive()).path("params");
            assertThat(params.path("prev").asLong()).as("nothing is missing").isEqualTo(prev);
            prev = params.path("seq").asLong();
            return prev;
        }

        void awaitUpTo(long number) throws Exception {
            while (prev < number) {
                next();
            }
            assertThat(prev).isEqualTo(number);
        }
    }

    private static JsonNode ask(SocketConversation talk, String method, String params)
            throws Exception {
        talk.send(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
                        .formatted(method, params));
        return Json.parse(talk.receive());
    }

    private static void publish(SocketConversation talk, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            assertThat(ask(talk, "play", "[\"publish t %d\"]".formatted(i)).has("result")).isTrue();
        }
    }

    private static void together(List<SocketConversation> talks, int times) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all =
                    talks.stream()
                            .map(
                                    talk ->
                                            threads.submit(
                                                    () -> {
                                                        publish(talk, times);
                                                        return talk;
                                                    }))
                            .toList();
            for (var each : all) {
                each.get();
            }
        }
    }

    @Test
    void subscribersOfEitherGetAllInOrderWhoeverPublishes() throws Exception {
        CircleServer first = node();
        CircleServer second = node();
        Subscriber here = new Subscriber(first);
        Subscriber there = new Subscriber(second);
        together(List.of(connect(first), connect(second), connect(second)), 100);
        here.awaitUpTo(300);
        there.awaitUpTo(300);
    }

    @Test
    void anEventIsThereLongBeforeAnybodyLooksForIt() throws Exception {
        CircleServer first = node();
        Subscriber there = new Subscriber(node());
        SocketConversation talk = connect(first);
        publish(talk, 1);
        there.awaitUpTo(1);
        List<Duration> took = new ArrayList<>();
        for (int i = 2; i <= 50; i++) {
            long start = System.nanoTime();
            publish(talk, 1);
            there.awaitUpTo(i);
            took.add(Duration.ofNanos(System.nanoTime() - start));
        }
        took.sort(null);
        assertThat(took.get(took.size() / 2)).isLessThan(Duration.ofMillis(500));
    }

    @Test
    void whoPublishesGetsItsReplyBeforeItsEvents() throws Exception {
        CircleServer first = node();
        CircleServer second = node();
        SocketConversation talk = connect(first);
        assertThat(ask(talk, "subscribe", "[\"mine\"]").has("result")).isTrue();
        SocketConversation other = connect(second);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var publishing =
                    threads.submit(
                            () -> {
                                publish(other, 100);
                                return other;
                            });
            for (int i = 0; i < 100; i++) {
                assertThat(ask(talk, "play", "[\"publish mine 1\"]").has("result")).isTrue();
                assertThat(talk.receive()).contains("\"event\"");
            }
            assertThat(publishing.get()).isSameAs(other);
        }
    }

    @Test
    void aRedisThatBeginsAnewLosesNoEvent() throws Exception {
        CircleServer first = node();
        CircleServer second = node();
        Subscriber here = new Subscriber(first);
        Subscriber there = new Subscriber(second);
        List<SocketConversation> publishers = List.of(connect(first), connect(second));
        together(publishers, 20);
        nodes.redis().restart();
        together(publishers, 20);
        here.awaitUpTo(80);
        there.awaitUpTo(80);
        together(publishers, 20);
        here.awaitUpTo(120);
        there.awaitUpTo(120);
    }

    @Test
    void aNodeThatEndsTakesNoEventWithItAndTheOtherGoesOn() throws Exception {
        CircleServer first = node();
        CircleServer second = node();
        Subscriber there = new Subscriber(second);
        publish(connect(first), 20);
        nodes.stop(first);
        there.awaitUpTo(20);
        publish(connect(second), 5);
        there.awaitUpTo(25);
        Subscriber again = new Subscriber(node());
        publish(connect(second), 5);
        again.awaitUpTo(30);
        there.awaitUpTo(30);
    }

    @Test
    void whatAServerWithoutABusPublishesComesAfterAWhile() throws Exception {
        CircleServer first = node(Bus.alone());
        Subscriber there = new Subscriber(node(Bus.alone()));
        publish(connect(first), 3);
        there.awaitUpTo(3);
    }

    private static HttpAnswer deliver(CircleServer to, String id) {
        String body = "{\"id\":\"%s\",\"type\":\"a\",\"created\":1795176000}".formatted(id);
        StringBuilder headers = new StringBuilder();
        STRIPE.provider()
                .sign(body.getBytes(UTF_8), STRIPE.keys().getFirst(), "", Instant.now())
                .forEach(
                        (name, value) ->
                                headers.append(name).append(": ").append(value).append("\r\n"));
        return RawSocket.request(
                address(to),
                "POST /webhooks/stripe/%s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n%s"
                        .formatted(to.publicKey().hex(), host(to), headers, body.length(), body));
    }

    @Test
    void anEventOfAWebhookThatComesToBothIsRunOnce() throws Exception {
        List<CircleServer> both = List.of(node(), node());
        Subscriber subscriber = new Subscriber(both.get(0));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                String id = "evt_" + i;
                var answers =
                        both.stream().map(each -> threads.submit(() -> deliver(each, id))).toList();
                for (var answer : answers) {
                    assertThat(answer.get().status()).isEqualTo(200);
                }
            }
        }
        subscriber.awaitUpTo(20);
        for (CircleServer each : both) {
            SocketConversation owner = connect(each, Cast.CIRCLE);
            await().until(
                            () -> ask(owner, "webhook_list", "{\"state\":\"waiting\"}"),
                            listed -> listed.at("/result/events").isEmpty());
        }
        publish(connect(both.get(1)), 1);
        assertThat(subscriber.next()).as("not one more run of an event").isEqualTo(21);
    }
}
