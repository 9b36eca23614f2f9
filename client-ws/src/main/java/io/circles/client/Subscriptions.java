package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The subscriptions of a client, which go on over its connections. Thread-safe: a flow is entered
/// by the answer that begins it, and so before the connection can end that it was begun on.
final class Subscriptions implements Restorable {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);
    private static final String METHOD = "subscribe";

    private final Requests requests;
    private final Duration timeout;
    private final Set<EventFlow> flows = ConcurrentHashMap.newKeySet();

    Subscriptions(Requests requests, Duration timeout) {
        this.requests = requests;
        this.timeout = timeout;
    }

    /// Begins one. Blocks until the circle has agreed.
    ///
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    void begin(EventFlow flow) throws InterruptedException {
        JsonNode result =
                requests.call(
                        Ask.once(METHOD, params(flow), timeout)
                                .repeating()
                                .first(
                                        (link, answer) -> {
                                            flows.add(flow);
                                            resume(flow, link, answer);
                                        }));
        var _ = Results.of(METHOD, result, CircleApi.Subscribed.class);
    }

    private static ObjectNode params(EventFlow flow) {
        ObjectNode params = Json.object().put("topic", flow.topic());
        Long after = flow.after();
        return after == null ? params : params.put("after", after);
    }

    /// On the reading thread, where an answer that is none is left to whoever waits for it.
    private static void resume(EventFlow flow, RpcLink link, JsonNode answer) {
        JsonNode id = answer.path("subscription");
        if (id.isTextual() && answer.path("seq").isIntegralNumber()) {
            link.listeners().add(id.asText(), flow);
            flow.resume(
                    link.listeners(),
                    new CircleApi.Subscribed(
                            id.asText(),
                            answer.path("seq").asLong(),
                            answer.path("gap").asBoolean()));
        }
    }

    @Override
    public void restore(RpcLink link) throws InterruptedException {
        for (EventFlow flow : flows) {
            restore(link, flow);
        }
    }

    private void restore(RpcLink link, EventFlow flow) throws InterruptedException {
        try {
            JsonNode result =
                    link.call(METHOD, params(flow), timeout, answer -> resume(flow, link, answer));
            var _ = Results.of(METHOD, result, CircleApi.Subscribed.class);
            if (!flows.contains(flow)) {
                var _ = link.call("unsubscribe", named(flow), timeout);
            }
        } catch (CircleException e) {
            if (e.code().retryable()) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("problem", e)
                    .log("a subscription is over: the circle does not restore it");
            flows.remove(flow);
            flow.refused();
        }
    }

    private static JsonNode named(EventFlow flow) {
        return Json.object().put("subscription", flow.id());
    }

    /// Ends one, and drops what waits for its listener. Blocks until the circle has answered, if
    /// it can be asked.
    ///
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came
    void end(EventFlow flow) throws InterruptedException {
        flow.end();
        if (flows.remove(flow)) {
            Optional<JsonNode> _ = requests.callNow("unsubscribe", named(flow), timeout);
        }
    }

    /// Nobody listens any more.
    void endAll() {
        flows.forEach(EventFlow::end);
    }
}
