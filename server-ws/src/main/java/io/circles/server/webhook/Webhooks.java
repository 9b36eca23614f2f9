package io.circles.server.webhook;

import io.circles.server.pace.HandlerRuns;
import io.circles.server.pace.Quota;
import io.circles.server.pace.Retries;
import io.circles.server.store.HookRow;
import io.circles.server.store.HookState;
import io.circles.server.store.HookStore;
import io.circles.server.transport.Route;
import io.circles.server.webhook.provider.Webhook;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The webhooks of one circle: takes what its providers send, and has the circle's functions handle
/// it, each event once. Thread-safe.
///
/// What was taken is durable before it is acknowledged, and is handled on threads of its own: a
/// provider never waits for the circle's code, and a server that is killed in between goes on after
/// its next start.
public final class Webhooks implements AutoCloseable {
    /// Handlers that take long leave room for the circle's callers.
    private static final int AT_ONCE = 4;

    private final String circle;
    private final List<Webhook> all;
    private final HookStore store;
    private final WebhookLimits limits;
    private final WebhookMeter meter;
    private final InstantSource clock;
    private final HandlerRuns runs;

    /// @param circle its name, for the log
    /// @param all what the circle takes, each by another name
    /// @param store what is kept of it
    /// @param handler runs the circle's functions
    /// @param timer only starts what is due
    /// @param clock says whether a signature is of this moment
    public Webhooks(
            String circle,
            List<Webhook> all,
            HookStore store,
            WebhookHandler handler,
            WebhookLimits limits,
            WebhookMeter meter,
            ScheduledExecutorService timer,
            InstantSource clock) {
        this.circle = circle;
        this.all = List.copyOf(all);
        this.store = store;
        this.limits = limits;
        this.meter = meter;
        this.clock = clock;
        Map<String, Webhook> byName =
                all.stream().collect(Collectors.toMap(Webhook::name, Function.identity()));
        this.runs =
                new HandlerRuns(
                        circle,
                        "webhook",
                        new WebhookBacklog(store, byName, handler, meter),
                        Retries.over(limits.attempts(), limits.retryTime()),
                        AT_ONCE,
                        timer);
    }

    /// Where deliveries come in: one for each provider of which a secret is known.
    public List<Route> routes() {
        Quota quota = new Quota(limits.requestsPerMinute(), clock);
        return all.stream()
                .filter(webhook -> !webhook.secrets().isEmpty())
                .map(
                        webhook ->
                                new WebhookRoute(
                                        circle,
                                        webhook,
                                        store,
                                        limits,
                                        quota,
                                        meter,
                                        clock,
                                        runs::wake))
                .map(WebhookRoute::route)
                .toList();
    }

    /// Goes on where the server was when it ended; pauses between tries end when they would have.
    /// Blocks while that is read.
    public void start() {
        store.purge();
        runs.wake();
    }

    /// Events without what they say, the newest first.
    ///
    /// @param before only those with a smaller number
    /// @param most so many
    public List<HookRow> list(
            long before, Optional<String> provider, Optional<HookState> state, int most) {
        return store.list(before, provider, state, most);
    }

    /// An event with what it says, if it is still there.
    public Optional<HookRow> find(long number) {
        return store.find(number);
    }

    /// Has an event handled that was given up or had no handler.
    ///
    /// @return false when there is none of that number, or it is neither
    public boolean replay(long number) {
        boolean again = store.replay(number);
        runs.wake();
        return again;
    }

    /// Drops an event, whatever became of it; when it is sent again it is still known.
    ///
    /// @return false when there is none of that number
    public boolean discard(long number) {
        boolean dropped = store.discard(number);
        runs.wake();
        return dropped;
    }

    /// Interrupts what runs, which is run again after the next start.
    @Override
    public void close() {
        runs.close();
    }
}
