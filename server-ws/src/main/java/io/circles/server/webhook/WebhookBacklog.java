package io.circles.server.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.server.pace.Backlog;
import io.circles.server.store.Due;
import io.circles.server.store.HookRow;
import io.circles.server.store.HookState;
import io.circles.server.store.HookStore;
import io.circles.server.webhook.provider.Webhook;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The events of webhooks that the circle has still to handle.
///
/// @param webhooks by their names; an event of one that is no more goes where the rest goes
record WebhookBacklog(
        HookStore store, Map<String, Webhook> webhooks, WebhookHandler handler, WebhookMeter meter)
        implements Backlog {
    private static final int LONGEST_ERROR = 500;

    @Override
    public Due due(int most) {
        return store.due(most);
    }

    @Override
    public Optional<Occasion> occasion(String id) {
        return store.find(Long.parseLong(id))
                .filter(row -> row.state() == HookState.WAITING)
                .map(Came::new);
    }

    /// An event, for one thread.
    private final class Came implements Occasion {
        private final HookRow row;
        private boolean handled;

        Came(HookRow row) {
            this.row = row;
        }

        @Override
        public int tries() {
            return row.tries();
        }

        @Override
        public int failures() {
            return row.failures();
        }

        @Override
        public void handle() throws InterruptedException {
            Webhook webhook = webhooks.get(row.provider());
            String function =
                    webhook == null ? Webhook.USUAL : webhook.function(row.event().type());
            handled = handler.handle(function, argument(row), HookStore.occasion(row));
        }

        @Override
        public boolean done() {
            HookState state = handled ? HookState.DONE : HookState.UNHANDLED;
            boolean more = store.end(row, state, Optional.empty());
            meter.ran(row.provider(), state.word());
            return more;
        }

        @Override
        public void tried(boolean failed, Duration pause, RuntimeException why) {
            store.tried(row, failed, pause, words(why));
            meter.ran(row.provider(), "retried");
        }

        @Override
        public void givenUp(RuntimeException why) {
            var _ = store.end(row, HookState.DEAD, Optional.of(words(why)));
            meter.ran(row.provider(), HookState.DEAD.word());
        }
    }

    /// What the circle's function is given, as `circles.d.ts` declares it.
    static ObjectNode argument(HookRow row) {
        try {
            return Json.object()
                    .put("id", row.event().id())
                    .put("provider", row.provider())
                    .put("type", row.event().type())
                    .put("created", row.event().created().toEpochMilli())
                    .put("attempt", row.failures() + 1)
                    .<ObjectNode>set("headers", Json.parse(row.event().headers()))
                    .set("payload", Json.parse(row.event().payload()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("was kept as JSON and is none", e);
        }
    }

    private static String words(RuntimeException why) {
        String words =
                why instanceof CircleException told
                        ? told.code().kind() + ": " + told.getMessage()
                        : "internal_error";
        return words.substring(0, Math.min(words.length(), LONGEST_ERROR));
    }
}
