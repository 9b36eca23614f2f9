package io.circles.server.circle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.WebhookApi;
import io.circles.server.store.HookRow;
import io.circles.server.store.HookState;
import io.circles.server.webhook.Webhooks;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What operators do with the events of webhooks.
final class WebhookMethods {
    private static final int MOST_LISTED = 500;
    private static final int USUALLY_LISTED = 50;

    private final Webhooks webhooks;

    WebhookMethods(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    WebhookApi.Listed list(WebhookApi.ListEvents params) {
        int limit = Objects.requireNonNullElse(params.limit(), USUALLY_LISTED);
        if (limit < 1 || limit > MOST_LISTED) {
            throw CircleException.invalidParam("limit", "limit is 1 to " + MOST_LISTED);
        }
        List<HookRow> rows =
                webhooks.list(
                        Objects.requireNonNullElse(params.before(), Long.MAX_VALUE),
                        Optional.ofNullable(params.provider()),
                        state(params.state()),
                        limit + 1);
        return new WebhookApi.Listed(
                rows.stream().limit(limit).map(WebhookMethods::event).toList(),
                rows.size() > limit);
    }

    private static Optional<HookState> state(@Nullable String word) {
        return Optional.ofNullable(word)
                .map(
                        state ->
                                HookState.of(state)
                                        .filter(known -> known != HookState.BEHIND)
                                        .orElseThrow(
                                                () ->
                                                        CircleException.invalidParam(
                                                                "state",
                                                                "state is waiting, done, dead or"
                                                                        + " unhandled")));
    }

    WebhookApi.Shown show(WebhookApi.OneEvent params) {
        HookRow row =
                webhooks.find(params.number())
                        .orElseThrow(
                                () ->
                                        CircleException.invalidParam(
                                                "number", "there is no event " + params.number()));
        return new WebhookApi.Shown(
                event(row), json(row.event().headers()), json(row.event().payload()));
    }

    WebhookApi.Replayed replay(WebhookApi.OneEvent params) {
        return new WebhookApi.Replayed(webhooks.replay(params.number()));
    }

    WebhookApi.Discarded discard(WebhookApi.OneEvent params) {
        return new WebhookApi.Discarded(webhooks.discard(params.number()));
    }

    private static WebhookApi.WebhookEvent event(HookRow row) {
        boolean waits = row.state() == HookState.WAITING && row.due().toEpochMilli() > 0;
        return new WebhookApi.WebhookEvent(
                row.number(),
                row.provider(),
                row.event().id(),
                row.event().type(),
                row.state() == HookState.BEHIND ? HookState.WAITING.word() : row.state().word(),
                row.event().created().getEpochSecond(),
                row.received().getEpochSecond(),
                row.failures(),
                waits ? row.due().getEpochSecond() : null,
                row.error().orElse(null));
    }

    private static JsonNode json(String text) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("was kept as JSON and is none", e);
        }
    }
}
