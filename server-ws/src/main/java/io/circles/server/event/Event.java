package io.circles.server.event;

import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import io.circles.script.EffectText;
import io.circles.script.state.LoggedEffect;
import java.util.Optional;

/// What was published once, for all who subscribed to it. Immutable.
///
/// @param seq its number in the circle's log
/// @param runId of the run that published it
/// @param data as JSON text
record Event(long seq, String runId, String topic, String data) {

    /// The event that an effect publishes; empty for an effect of another kind.
    static Optional<Event> of(LoggedEffect effect) {
        return EffectText.published(effect)
                .map(p -> new Event(effect.number(), effect.runId(), p.topic(), p.data()));
    }

    /// As one subscription gets it.
    ///
    /// @param prev number of the subscription's event before it
    String encode(String subscription, long prev) {
        CircleApi.Event event =
                new CircleApi.Published(subscription, topic, Json.raw(data), seq, prev);
        return event.notification().encode();
    }
}
