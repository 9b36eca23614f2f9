package io.circles.server;

import io.circles.script.ScriptLimits;
import io.circles.server.mpc.RelayLimits;
import io.circles.server.rpc.RpcLimits;
import io.circles.server.session.SessionRules;
import io.circles.server.sigsocket.SignLimits;
import io.circles.server.transport.ConnectionLimits;
import io.circles.server.webhook.WebhookLimits;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// The bounds of one circle. Immutable.
public final class Limits {
    /// Every limit at its default.
    public static final Limits DEFAULTS = new Limits(Map.of());

    /// Requests that are not answered yet may come from this many of the largest frames: JSON takes
    /// many times more memory than its text.
    private static final int UNANSWERED_FRAMES = 4;

    /// Whoever answers pings is never taken for gone, however the two limits are set.
    private static final int PINGS_BEFORE_IDLE = 3;

    private final EnumMap<Limit, Long> changed = new EnumMap<>(Limit.class);

    private Limits(Map<Limit, Long> changed) {
        this.changed.putAll(changed);
    }

    /// The same limits, but for one.
    ///
    /// @param value in the limit's [Limit#unit()]
    /// @throws IllegalArgumentException if it is out of the limit's range
    public Limits with(Limit limit, long value) {
        if (value < limit.least() || value > limit.most()) {
            throw new IllegalArgumentException(
                    "%s is from %d to %d, not %d"
                            .formatted(limit.word(), limit.least(), limit.most(), value));
        }
        Limits more = new Limits(changed);
        more.changed.put(limit, value);
        return more;
    }

    /// The limit's value in its unit.
    public long get(Limit limit) {
        return changed.getOrDefault(limit, limit.byDefault());
    }

    /// The value of a limit whose range fits an `int`.
    public int count(Limit limit) {
        return Math.toIntExact(get(limit));
    }

    /// The value of a limit in milliseconds.
    public Duration time(Limit limit) {
        return Duration.ofMillis(get(limit));
    }

    /// Those of a session.
    SessionRules session() {
        return new SessionRules(
                time(Limit.SESSION_MS),
                time(Limit.NONCE_MS),
                count(Limit.FAILED_AUTHENTICATIONS),
                count(Limit.NONCES));
    }

    /// Those of a connection.
    ConnectionLimits connection() {
        Duration idle = time(Limit.IDLE_MS);
        Duration ping = time(Limit.PING_MS);
        Duration longestPing = idle.dividedBy(PINGS_BEFORE_IDLE);
        return new ConnectionLimits(
                get(Limit.MESSAGE),
                get(Limit.OUTBOX),
                ping.compareTo(longestPing) < 0 ? ping : longestPing,
                idle);
    }

    /// Those of a connection's requests.
    RpcLimits rpc() {
        return new RpcLimits(
                count(Limit.BATCH),
                get(Limit.BATCH_RESPONSE),
                get(Limit.OUTBOX),
                count(Limit.IN_FLIGHT),
                count(Limit.QUEUED),
                UNANSWERED_FRAMES * get(Limit.MESSAGE));
    }

    /// Those of requests to sign.
    SignLimits sign() {
        return new SignLimits(
                count(Limit.SIGN_PENDING),
                count(Limit.SIGN_PENDING_ALL),
                count(Limit.SIGN_REQUESTS),
                get(Limit.SIGN_MESSAGE),
                time(Limit.SIGN_TTL_MS));
    }

    /// Those of webhooks.
    WebhookLimits webhooks() {
        return new WebhookLimits(
                get(Limit.WEBHOOK_BODY),
                time(Limit.BODY_MS),
                count(Limit.WEBHOOK_REQUESTS),
                count(Limit.WEBHOOK_ATTEMPTS),
                time(Limit.WEBHOOK_RETRY_MS));
    }

    /// Those of the relay. Its events leave half of what may wait for a connection to answers.
    ///
    /// @param grace how long a party that has lost its connection keeps its seat
    RelayLimits relay(Duration grace) {
        return new RelayLimits(
                count(Limit.RELAY_GROUPS),
                count(Limit.RELAY_GROUPS_EACH),
                count(Limit.RELAY_SESSIONS),
                count(Limit.RELAY_PARTIES),
                get(Limit.MESSAGE),
                get(Limit.RELAY_VALUE),
                get(Limit.RELAY_BACKLOG),
                get(Limit.RELAY_STORE),
                get(Limit.OUTBOX) / 2,
                count(Limit.RELAY_CALLS),
                grace,
                time(Limit.RELAY_IDLE_MS),
                time(Limit.RELAY_GROUP_IDLE_MS));
    }

    /// What one run may use.
    public ScriptLimits script() {
        return ScriptLimits.DEFAULTS.toBuilder()
                .wallMs(get(Limit.WALL_MS))
                .cpuMs(get(Limit.CPU_MS))
                .memoryBytes(get(Limit.MEMORY))
                .statements(get(Limit.STATEMENTS))
                .sourceBytes(get(Limit.SOURCE))
                .argumentBytes(get(Limit.ARGUMENTS))
                .outputBytes(get(Limit.OUTPUT))
                .logLines(count(Limit.LOG_LINES))
                .stateOperations(count(Limit.STATE_OPERATIONS))
                .stateBytes(get(Limit.STATE_BYTES))
                .effects(count(Limit.EFFECTS))
                .effectBytes(get(Limit.EFFECT_BYTES))
                .httpRequests(count(Limit.HTTP_REQUESTS))
                .httpBytes(get(Limit.HTTP_BYTES))
                .build();
    }
}
