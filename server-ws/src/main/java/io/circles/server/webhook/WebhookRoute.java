package io.circles.server.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.server.pace.Quota;
import io.circles.server.store.HookEvent;
import io.circles.server.store.HookStore;
import io.circles.server.transport.Route;
import io.circles.server.transport.RoutePath;
import io.circles.server.transport.RouteRequest;
import io.circles.server.transport.RouteResponse;
import io.circles.server.webhook.provider.Delivery;
import io.circles.server.webhook.provider.Identity;
import io.circles.server.webhook.provider.Verdict;
import io.circles.server.webhook.provider.Webhook;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes what one provider sends: verifies it, keeps it, and says so. Thread-safe.
///
/// The answer says no more than it must: what is wrong with a signature is counted and logged, and
/// not told to who cannot sign.
final class WebhookRoute {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookRoute.class);

    /// Kept from the circle's code: what only concerns those in between, or lets somebody in.
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "authorization",
                    "proxy-authorization",
                    "cookie",
                    "connection",
                    "content-length",
                    "transfer-encoding",
                    "host");

    private static final String SIGNATURE = "signature";

    /// Who sends what is not taken shall not fill the log; the metrics count all of it.
    private static final int LINES_A_MINUTE = 10;

    private final String circle;
    private final Webhook webhook;
    private final List<byte[]> keys;
    private final HookStore store;
    private final WebhookLimits limits;
    private final Quota quota;
    private final WebhookMeter meter;
    private final InstantSource clock;
    private final Quota lines;
    private final Runnable kept;

    /// @param circle its name, for the log
    /// @param quota counts by address
    /// @param kept is told when there is something new to handle
    WebhookRoute(
            String circle,
            Webhook webhook,
            HookStore store,
            WebhookLimits limits,
            Quota quota,
            WebhookMeter meter,
            InstantSource clock,
            Runnable kept) {
        this.circle = circle;
        this.webhook = webhook;
        this.keys = webhook.keys();
        this.store = store;
        this.limits = limits;
        this.quota = quota;
        this.meter = meter;
        this.clock = clock;
        this.lines = new Quota(LINES_A_MINUTE, clock);
        this.kept = kept;
    }

    Route route() {
        return new Route(
                "POST",
                RoutePath.of("webhooks/" + webhook.name()),
                Optional.of(new Route.Body(Route.Body.ANY, limits.bodyBytes(), limits.patience())),
                this::refuse,
                this::take);
    }

    private Optional<RouteResponse> refuse(RouteRequest request) {
        if (!quota.take(request.remote())) {
            return Optional.of(
                    rejected("too_many", 429, "too many requests").with("Retry-After", "1"));
        }
        String encoding = request.header("Content-Encoding").orElse("identity");
        return encoding.toLowerCase(Locale.ROOT).equals("identity")
                ? Optional.empty()
                : Optional.of(rejected("encoded", 400, "the body must not be compressed"));
    }

    private RouteResponse take(RouteRequest request) {
        Delivery delivery = new Delivery(request.headers(), request.body());
        Verdict verdict = webhook.provider().verify(delivery, keys, clock.instant());
        return switch (verdict) {
            case GENUINE -> takeGenuine(delivery);
            case NO_SIGNATURE, WRONG_SIGNATURE, WRONG_TIME ->
                    rejected(verdict.word(), 401, "no signature that is right, and of this moment");
        };
    }

    private RouteResponse takeGenuine(Delivery delivery) {
        try {
            return keep(event(delivery));
        } catch (CharacterCodingException | JsonProcessingException e) {
            return rejected("malformed", 400, "the body must be JSON");
        } catch (IllegalArgumentException e) {
            return rejected("malformed", 400, String.valueOf(e.getMessage()));
        }
    }

    private HookEvent event(Delivery delivery)
            throws CharacterCodingException, JsonProcessingException {
        String body =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(delivery.body()))
                        .toString();
        JsonNode payload = Json.parse(body);
        Identity identity = webhook.provider().identify(delivery, payload);
        Instant created = identity.created().orElseGet(clock::instant);
        return new HookEvent(
                identity.id(),
                identity.type(),
                webhook.object(payload),
                created,
                Json.write(headers(delivery)),
                body);
    }

    private static ObjectNode headers(Delivery delivery) {
        ObjectNode headers = Json.object();
        delivery.headers()
                .forEach(
                        (name, value) -> {
                            String lower = name.toLowerCase(Locale.ROOT);
                            if (!LEFT_OUT.contains(lower) && !lower.contains(SIGNATURE)) {
                                headers.put(lower, value);
                            }
                        });
        return headers;
    }

    private RouteResponse keep(HookEvent event) {
        try {
            return switch (store.keep(webhook.name(), event, !webhook.provider().signsTime())) {
                case NEW -> {
                    kept.run();
                    yield received(false);
                }
                case KNOWN -> received(true);
                case NO_ROOM -> rejected("no_room", 503, "the circle has no room for more");
            };
        } catch (CircleException | IllegalStateException e) {
            LOG.atError()
                    .addKeyValue("circle", circle)
                    .addKeyValue("provider", webhook.name())
                    .setCause(e)
                    .log("a webhook was not kept");
            return rejected("not_kept", 503, "cannot be kept now");
        }
    }

    private RouteResponse received(boolean known) {
        meter.received(webhook.name(), known);
        return RouteResponse.json(200, Json.object().put("received", true).put("known", known));
    }

    private RouteResponse rejected(String reason, int status, String text) {
        meter.rejected(webhook.name(), reason);
        if (lines.take(reason)) {
            LOG.atInfo()
                    .addKeyValue("circle", circle)
                    .addKeyValue("provider", webhook.name())
                    .addKeyValue("reason", reason)
                    .log("a webhook was not taken");
        }
        return RouteResponse.error(status, text);
    }
}
