package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.client.CircleClient;
import io.circles.client.CircleClientBuilder;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Runs one scenario against a circle of its own, behind a proxy. For one thread.
final class ScenarioRun implements AutoCloseable {
    private static final int MOST_EFFECTS = 100;

    private final ScenarioServer server;
    private final ScenarioServer.Place place;
    private final FaultyProxy proxy;
    private final Map<String, ScenarioClient> clients = new HashMap<>();
    private final Map<String, ScenarioCall> calls = new HashMap<>();

    ScenarioRun(Scenario scenario, ScenarioServer server) {
        this.server = server;
        this.place = server.place(scenario);
        this.proxy = place.proxy();
    }

    void step(JsonNode step) throws Exception {
        ScenarioClient client =
                clients.computeIfAbsent(step.path("client").asText("a"), _ -> new ScenarioClient());
        switch (step.path("do").asText()) {
            case "connect" -> ScenarioCall.assertIs(step, connected(client, step));
            case "close" -> client.close();
            case "play" -> call(step, () -> client.play(step));
            case "call" -> call(step, () -> client.call(step));
            case "whoami" -> call(step, client::whoami);
            case "await" -> named(step).assertIs(step);
            case "cancel" -> named(step).cancel();
            case "subscribe" ->
                    ScenarioCall.assertIs(step, ScenarioCall.outcome(() -> client.subscribe(step)));
            case "unsubscribe" -> subscription(step).end();
            case "events" -> subscription(step).assertEvents(step.path("data"));
            case "gap" -> subscription(step).assertGap(step);
            case "settled" -> subscription(step).assertSettled(step);
            case "state" -> client.awaitState(step);
            case "states" -> client.awaitStates(step);
            case String other -> around(other, step);
        }
    }

    private JsonNode connected(ScenarioClient client, JsonNode step) {
        return ScenarioCall.outcome(() -> client.connect(builder(step)));
    }

    private CircleClientBuilder builder(JsonNode step) throws IOException {
        CircleClientBuilder builder =
                CircleClient.builder(URI.create("ws://127.0.0.1:" + proxy.port()));
        switch (step.path("key").asText("member")) {
            case "member" -> builder.keyPair(server.member());
            case "stranger" -> builder.keyPair(KeyPair.generate(new SecureRandom()));
            case "none" -> {}
            case String other -> throw unknown(other);
        }
        switch (step.path("circle").asText("right")) {
            case "right" -> builder.circle(server.key(place));
            case "wrong" -> builder.circle(KeyPair.generate(new SecureRandom()).publicKey());
            case "unnamed" -> {}
            case String other -> throw unknown(other);
        }
        if (step.has("keep_alive_ms")) {
            builder.keepAlive(Duration.ofMillis(step.path("keep_alive_ms").asLong()));
        }
        return step.has("max_message")
                ? builder.maxMessageBytes(step.path("max_message").asLong())
                : builder;
    }

    private static IllegalArgumentException unknown(String word) {
        return new IllegalArgumentException("unknown: " + word);
    }

    private void call(JsonNode step, Callable<JsonNode> what) throws Exception {
        if (step.has("as")) {
            calls.put(step.path("as").asText(), ScenarioCall.start(what));
        } else {
            ScenarioCall.assertIs(step, ScenarioCall.outcome(what));
        }
    }

    private ScenarioCall named(JsonNode step) {
        return Optional.ofNullable(calls.get(step.path("call").asText())).orElseThrow();
    }

    private ScenarioSubscription subscription(JsonNode step) {
        String name = step.path("subscription").asText();
        return clients.values().stream()
                .flatMap(client -> Optional.ofNullable(client.subscription(name)).stream())
                .findFirst()
                .orElseThrow();
    }

    /// What happens around the clients.
    private void around(String what, JsonNode step) throws Exception {
        switch (what) {
            case "cut" -> proxy.cut();
            case "cut_at_reply" -> proxy.cutAtReply();
            case "halve" -> proxy.halve();
            case "blackhole" -> proxy.blackhole();
            case "refuse" -> proxy.refuse();
            case "pose" -> proxy.pose();
            case "say" -> say(step);
            case "delay" -> proxy.delay(Duration.ofMillis(step.path("ms").asLong()));
            case "heal" -> proxy.heal();
            case "restart" -> {
                server.stop(step.path("how").asText());
                server.start();
            }
            case "stop" -> server.stop(step.path("how").asText());
            case "start" -> server.start();
            case "await_state" ->
                    await().atMost(ScenarioCall.PATIENCE)
                            .until(
                                    () ->
                                            direct("state.get(args)", step.path("key"))
                                                    .equals(step.path("value")));
            case "check" ->
                    assertThat(direct(step.path("script").asText(), Json.object()))
                            .as("%s", step)
                            .isEqualTo(step.path("value"));
            case "publish" -> publish(step);
            default -> throw unknown(what);
        }
    }

    private void say(JsonNode step) {
        String text = step.path("text").asText("x".repeat(step.path("length").asInt()));
        int times = step.path("times").asInt(1);
        proxy.say(text, step.path("announce").asLong(text.length()), times);
    }

    private JsonNode direct(String script, JsonNode args) throws InterruptedException {
        try (CircleClient other = server.connectMember(place)) {
            return other.play(script, args).value();
        }
    }

    private void publish(JsonNode step) throws InterruptedException {
        int from = step.path("from").asInt();
        int end = from + step.path("count").asInt();
        try (CircleClient other = server.connectMember(place)) {
            for (int next = from; next < end; next += MOST_EFFECTS) {
                ObjectNode args =
                        Json.object()
                                .put("from", next)
                                .put("end", Math.min(end, next + MOST_EFFECTS));
                args.set("topic", step.path("topic"));
                var _ =
                        other.play(
                                "for (let i = args.from; i < args.end; i++) events.publish(args.topic, i);",
                                args);
            }
        }
    }

    /// Whatever has happened, the next scenario finds a server.
    @Override
    public void close() throws IOException {
        clients.values().forEach(ScenarioClient::close);
        server.start();
    }
}
