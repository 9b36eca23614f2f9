package io.circles.server.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.server.session.TestClock;
import io.circles.server.store.HookStore;
import io.circles.server.store.ServerStore;
import io.circles.server.transcript.Cast;
import io.circles.server.transport.Route;
import io.circles.server.transport.RouteRequest;
import io.circles.server.transport.RouteResponse;
import io.circles.server.transport.Timers;
import io.circles.server.webhook.provider.Webhook;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/// The webhooks of a circle without a network, with a clock and timers that the test moves.
final class Inbox implements AutoCloseable {
    static final Duration DAY = Duration.ofDays(1);
    static final WebhookLimits LIMITS =
            new WebhookLimits(1 << 20, Duration.ofSeconds(1), 10_000, 8, DAY);

    /// A run of the circle's code.
    record Ran(String function, JsonNode event, String occasion) {}

    /// What the circle's code does besides.
    @FunctionalInterface
    interface Work {
        /// Does it, and says whether the circle has the function.
        boolean on(Ran run) throws InterruptedException;
    }

    final TestClock clock;
    final Timers timers = new Timers();
    final TestMeter meter = new TestMeter();
    final List<Ran> runs = new CopyOnWriteArrayList<>();
    final HookStore store;
    final Webhooks webhooks;
    volatile Work work = run -> true;

    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);
    private final ServerStore file;
    private final List<Route> routes;

    Inbox(Path folder, TestClock clock, long bound, WebhookLimits limits, Webhook... all) {
        this.clock = clock;
        this.file =
                new ServerStore(
                        folder.resolve("server.db"),
                        Cast.CIRCLE.pair().publicKey(),
                        writers,
                        clock);
        this.store = new HookStore(file, bound);
        this.webhooks =
                new Webhooks("test", List.of(all), store, this::run, limits, meter, timers, clock);
        this.routes = webhooks.routes();
        webhooks.start();
    }

    private boolean run(String function, JsonNode event, String occasion)
            throws InterruptedException {
        Ran run = new Ran(function, event, occasion);
        runs.add(run);
        return work.on(run);
    }

    /// Signs a body as the provider does, and sends it.
    RouteResponse deliver(Webhook webhook, String body) {
        return deliver(webhook, "msg_1", body);
    }

    /// @param id for those that name an event in a header
    RouteResponse deliver(Webhook webhook, String id, String body) {
        byte[] key = webhook.keys().getFirst();
        Map<String, String> headers =
                webhook.provider().sign(body.getBytes(UTF_8), key, id, clock.instant());
        return send(webhook.name(), headers, body.getBytes(UTF_8));
    }

    RouteResponse send(String provider, Map<String, String> headers, byte[] body) {
        Route route =
                routes.stream()
                        .filter(each -> each.path().match("webhooks/" + provider).isPresent())
                        .findFirst()
                        .orElseThrow();
        RouteRequest request = new RouteRequest("POST", Map.of(), headers, body, "127.0.0.1");
        Optional<RouteResponse> refused = route.guard().refuse(request);
        try {
            return refused.isPresent() ? refused.get() : route.handler().answer(request);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Lets time pass, and what is due then happen.
    void pass(Duration time) {
        clock.pass(time);
        timers.passAll();
    }

    @Override
    public void close() {
        webhooks.close();
        file.close();
        writers.shutdownNow();
        timers.shutdownNow();
    }
}
