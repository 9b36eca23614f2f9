package io.circles.script;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.script.state.Commit.NewEffect;
import io.circles.script.state.LoggedEffect;
import java.util.Optional;

/// Effects as the circle's log keeps them: a kind, and a body of JSON.
public final class EffectText {
    private static final String PUBLISH = "publish";
    private static final int LONGEST_TOPIC = 256;

    private EffectText() {}

    /// As it is written down.
    ///
    /// @throws IllegalArgumentException if it is not what [Effect] says
    static NewEffect written(Effect effect) {
        return switch (effect) {
            case Effect.Publish(String topic, String data) -> written(topic, data);
        };
    }

    private static NewEffect written(String topic, String data) {
        int length = topic.codePointCount(0, topic.length());
        if (length < 1 || length > LONGEST_TOPIC) {
            throw new IllegalArgumentException("a topic of " + length + " characters");
        }
        try {
            JsonNode body = Json.object().put("topic", topic).set("data", Json.parse(data));
            return new NewEffect(PUBLISH, Json.write(body));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("data that is no JSON", e);
        }
    }

    /// The event that an effect publishes; empty for an effect of another kind.
    ///
    /// @throws IllegalStateException if the body cannot be read
    public static Optional<Effect.Publish> published(LoggedEffect logged) {
        if (!logged.kind().equals(PUBLISH)) {
            return Optional.empty();
        }
        try {
            JsonNode body = Json.parse(logged.body());
            return Optional.of(
                    new Effect.Publish(body.path("topic").asText(), Json.write(body.path("data"))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the body of effect " + logged.number(), e);
        }
    }
}
