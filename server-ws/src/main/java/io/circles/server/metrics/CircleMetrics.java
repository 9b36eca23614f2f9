package io.circles.server.metrics;

import io.circles.server.mpc.MpcRelay;
import io.circles.server.rpc.RequestMeter;
import io.circles.server.sigsocket.SigSocket;
import io.circles.server.sigsocket.SignMeter;
import io.circles.server.sigsocket.SignState;
import io.circles.server.transport.Connections;
import io.circles.server.webhook.WebhookMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.ToDoubleFunction;

/// The numbers of one circle. Thread-safe.
public final class CircleMetrics implements RequestMeter, SignMeter, WebhookMeter, AutoCloseable {
    private static final String CIRCLE = "circle";

    /// A program answers within the first, a person within the others.
    private static final Duration[] LATENCIES = {
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60)
    };

    private final MeterRegistry registry;
    private final String circle;

    /// Those that are counted for every request, so that none is looked for by its tags.
    private final ConcurrentMap<List<String>, Counter> counters = new ConcurrentHashMap<>();

    /// @param circle its name
    public CircleMetrics(Metrics metrics, String circle) {
        this.registry = metrics.registry();
        this.circle = circle;
    }

    /// Shows how many clients there are.
    public void watch(Connections connections) {
        gauge("circles.connections", "open connections", connections, Connections::size);
    }

    /// Shows who can be asked for signatures, and what is open.
    public void watch(SigSocket signing) {
        gauge(
                "circles.sign.connected.keys",
                "keys for which a device listens",
                signing,
                SigSocket::connectedKeys);
        gauge("circles.sign.pending", "open requests to sign", signing, SigSocket::pending);
    }

    /// Shows what the relay carries.
    public void watch(MpcRelay relay) {
        gauge("circles.relay.groups", "groups of the relay", relay, MpcRelay::groups);
        gauge("circles.relay.sessions", "sessions that go on", relay, MpcRelay::sessions);
    }

    private <T> void gauge(String name, String what, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).description(what).tag(CIRCLE, circle).register(registry);
    }

    @Override
    public void answered(String method, String outcome) {
        counters.computeIfAbsent(List.of(method, outcome), _ -> requests(method, outcome))
                .increment();
    }

    private Counter requests(String method, String outcome) {
        return Counter.builder("circles.requests")
                .description("requests by what they came to")
                .tags(CIRCLE, circle, "method", method, "outcome", outcome)
                .register(registry);
    }

    /// A run of a script was made.
    ///
    /// @param outcome `ok`, or the kind of its error
    void ran(String outcome) {
        counters.computeIfAbsent(List.of(outcome), _ -> runs(outcome)).increment();
    }

    private Counter runs(String outcome) {
        return Counter.builder("circles.runs")
                .description("runs of scripts by what they came to")
                .tags(CIRCLE, circle, "outcome", outcome)
                .register(registry);
    }

    @Override
    public void ended(SignState state, Duration took) {
        Timer.builder("circles.sign.requests")
                .description("requests to sign by how they ended, and how long that took")
                .tags(CIRCLE, circle, "state", state.word())
                .serviceLevelObjectives(LATENCIES)
                .register(registry)
                .record(took);
    }

    @Override
    public void received(String provider, boolean known) {
        webhooks("received", "genuine deliveries", provider, "event", known ? "known" : "new");
    }

    @Override
    public void rejected(String provider, String reason) {
        webhooks("rejected", "deliveries that were not taken", provider, "reason", reason);
    }

    @Override
    public void ran(String provider, String outcome) {
        webhooks("runs", "runs of handlers by what they came to", provider, "outcome", outcome);
    }

    private void webhooks(String name, String what, String provider, String tag, String word) {
        counters.computeIfAbsent(
                        List.of("webhooks", name, provider, word),
                        _ ->
                                Counter.builder("circles.webhooks." + name)
                                        .description(what)
                                        .tags(CIRCLE, circle, "provider", provider, tag, word)
                                        .register(registry))
                .increment();
    }

    /// Forgets the circle.
    @Override
    public void close() {
        List<Meter> own =
                registry.getMeters().stream()
                        .filter(meter -> circle.equals(meter.getId().getTag(CIRCLE)))
                        .toList();
        own.forEach(registry::remove);
    }
}
