package io.circles.launcher;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CallOptions;
import io.circles.client.CircleClient;
import io.circles.client.CircleClientBuilder;
import io.circles.client.ClientState;
import io.circles.protocol.Json;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A client of a scenario. For the scenario's thread, but for what listeners are told.
final class ScenarioClient {
    private final List<ClientState> states = new CopyOnWriteArrayList<>();
    private final Map<String, ScenarioSubscription> subscriptions = new ConcurrentHashMap<>();
    private int seen;
    private @Nullable CircleClient client;

    /// Connects.
    ///
    /// @return what `whoami` says then
    JsonNode connect(CircleClientBuilder builder) throws InterruptedException {
        CircleClient connected =
                builder.requestTimeout(Duration.ofSeconds(20))
                        .reconnect(Duration.ofMillis(50), Duration.ofMillis(500))
                        .onState(states::add)
                        .connect();
        client = connected;
        return Json.tree(connected.whoami());
    }

    CircleClient client() {
        CircleClient connected = client;
        if (connected == null) {
            throw new IllegalStateException("this client is not connected");
        }
        return connected;
    }

    void close() {
        CircleClient connected = client;
        if (connected != null) {
            connected.close();
        }
    }

    JsonNode play(JsonNode step) throws InterruptedException {
        String script = step.path("script").asText();
        return client().play(script, step.get("args"), options(step)).value();
    }

    JsonNode call(JsonNode step) throws InterruptedException {
        String function = step.path("function").asText();
        return client().call(function, step.get("args"), options(step)).value();
    }

    JsonNode whoami() throws InterruptedException {
        return Json.tree(client().whoami());
    }

    private static CallOptions options(JsonNode step) {
        CallOptions options =
                step.path("idempotent").asBoolean()
                        ? CallOptions.idempotent()
                        : CallOptions.standard();
        return step.has("timeout_ms")
                ? options.withTimeout(Duration.ofMillis(step.path("timeout_ms").asLong()))
                : options;
    }

    JsonNode subscribe(JsonNode step) throws InterruptedException {
        ScenarioSubscription heard = new ScenarioSubscription();
        subscriptions.put(step.path("as").asText(), heard);
        String topic = step.path("topic").asText();
        heard.is(
                step.has("after")
                        ? client().subscribe(
                                        topic,
                                        step.path("after").asLong(),
                                        heard::event,
                                        heard::gap)
                        : client().subscribe(topic, heard::event, heard::gap));
        return Json.object();
    }

    @Nullable ScenarioSubscription subscription(String name) {
        return subscriptions.get(name);
    }

    void awaitState(JsonNode step) {
        await().atMost(ScenarioCall.PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> is(client().state(), step) || hasWaited(step));
    }

    /// To wait may be over in a moment.
    private boolean hasWaited(JsonNode step) {
        return step.path("is").asText().equals("waiting")
                && states.stream().skip(seen).anyMatch(state -> is(state, step));
    }

    private static boolean is(ClientState state, JsonNode step) {
        return name(state).equals(step.path("is").asText())
                && (!step.has("why")
                        || switch (state) {
                            case ClientState.Waiting waiting ->
                                    ScenarioCall.isPartOf(step.path("why"), waiting.why());
                            case ClientState.Closed closed ->
                                    ScenarioCall.isPartOf(step.path("why"), closed.why());
                            case ClientState.Connecting _, ClientState.Ready _ -> false;
                        });
    }

    private static String name(ClientState state) {
        return state.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    void awaitStates(JsonNode step) {
        for (JsonNode wanted : step.path("are")) {
            await().atMost(ScenarioCall.PATIENCE).until(() -> comesTo(wanted.asText()));
        }
    }

    private boolean comesTo(String wanted) {
        while (seen < states.size()) {
            boolean found = name(states.get(seen)).equals(wanted);
            seen++;
            if (found) {
                return true;
            }
        }
        return false;
    }
}
