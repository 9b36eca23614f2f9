package io.circles.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Params and results of what operators do with the events of webhooks, as they stand on the wire
/// (in `snake_case`).
public final class WebhookApi {
    private WebhookApi() {}

    /// `webhook_list`: asks which events are kept, the newest first.
    ///
    /// @param provider only those of this one
    /// @param state only those that are `waiting`, `done`, `dead` or `unhandled`
    /// @param before only those with a smaller number
    /// @param limit at most so many, 1 to 500; 50 by default
    public record ListEvents(
            @Nullable String provider,
            @Nullable String state,
            @Nullable Long before,
            @Nullable Integer limit) {}

    /// The result of `webhook_list`.
    ///
    /// @param more whether there are older ones
    public record Listed(List<WebhookEvent> events, boolean more) {
        public Listed {
            events = List.copyOf(events);
        }
    }

    /// An event that came.
    ///
    /// @param number the circle's own, in the order in which they came
    /// @param provider whose it is, by its name in the configuration
    /// @param id names it among those of its provider
    /// @param type what happened; empty where the provider does not say
    /// @param state `waiting`, `done`, `dead` (its handler failed too often) or `unhandled` (the
    ///     circle has no handler for it)
    /// @param createdAt when it happened, where the provider says so, in seconds since 1970
    /// @param receivedAt when it came, in seconds since 1970
    /// @param failures how often its handler has failed
    /// @param nextAt when it is tried again, in seconds since 1970; null unless it waits for that
    /// @param error what went wrong the last time
    public record WebhookEvent(
            long number,
            String provider,
            String id,
            String type,
            String state,
            long createdAt,
            long receivedAt,
            int failures,
            @Nullable Long nextAt,
            @Nullable String error) {}

    /// `webhook_show`, `webhook_replay` and `webhook_discard`: means one event.
    ///
    /// @param number the circle's own of the event
    public record OneEvent(long number) {}

    /// The result of `webhook_show`.
    ///
    /// @param headers those of the request that the circle's functions are given
    /// @param payload the body
    public record Shown(WebhookEvent event, JsonNode headers, JsonNode payload) {}

    /// The result of `webhook_replay`.
    ///
    /// @param replayed false when there is no such event, or it is neither dead nor unhandled
    public record Replayed(boolean replayed) {}

    /// The result of `webhook_discard`.
    ///
    /// @param discarded false when there is no such event
    public record Discarded(boolean discarded) {}
}
