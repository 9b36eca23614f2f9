package io.circles.server.circle;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.Wildcard;
import io.circles.script.state.StateStore;
import io.circles.server.rpc.Call;

/// Subscribing to what scripts publish.
final class EventMethods {
    private static final int LONGEST_TOPIC = 256;

    private final StateStore log;

    /// @param log where the circle's events are kept
    EventMethods(StateStore log) {
        this.log = log;
    }

    CircleApi.Subscribed subscribe(Call call, CircleApi.Subscribe params)
            throws InterruptedException {
        String topic = params.topic();
        int length = topic.codePointCount(0, topic.length());
        if (length < 1 || length > LONGEST_TOPIC) {
            throw CircleException.invalidParam(
                    "topic", "topic has 1 to " + LONGEST_TOPIC + " characters, not " + length);
        }
        Long after = params.after();
        if (after != null && after < 0) {
            throw CircleException.invalidParam("after", "after is 0 or more");
        }
        return call.subscriptions().open(Wildcard.of(topic), after, log, call.reply());
    }

    CircleApi.Unsubscribed unsubscribe(Call call, CircleApi.Unsubscribe params) {
        return new CircleApi.Unsubscribed(call.subscriptions().close(params.subscription()));
    }
}
