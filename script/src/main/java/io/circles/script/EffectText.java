package io.circles.script;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.state.Commit.NewEffect;
import io.circles.script.state.LoggedEffect;
import java.util.Optional;

/// Effects as the circle's log keeps them: a kind, and a body of JSON.
public final class EffectText {
    private static final String PUBLISH = "publish";

    /// The kind of a request to sign.
    public static final String SIGN = "sign";

    private static final String CANCEL_SIGN = "cancel_sign";
    private static final int LONGEST_TOPIC = 256;

    private EffectText() {}

    /// What the signing service is asked for, and by whom.
    ///
    /// @param requester the key of the caller for whom the run was; the circle's own for a caller
    ///     without a key, such as a webhook, and for the circle itself
    public record Asked(PublicKey requester, Effect.Signing effect) {}

    /// As it is written down.
    ///
    /// @param requester see [Asked]
    /// @throws IllegalArgumentException if it is not what [Effect] says
    static NewEffect written(Effect effect, PublicKey requester) {
        return switch (effect) {
            case Effect.Publish(String topic, String data) -> written(topic, data);
            case Effect.Sign(SignatureRequest request) ->
                    lasting(SIGN, SignText.written(request), requester);
            case Effect.CancelSign(String id) ->
                    lasting(CANCEL_SIGN, Json.object().put("id", id), requester);
        };
    }

    private static NewEffect written(String topic, String data) {
        int length = topic.codePointCount(0, topic.length());
        if (length < 1 || length > LONGEST_TOPIC) {
            throw new IllegalArgumentException("a topic of " + length + " characters");
        }
        try {
            JsonNode body = Json.object().put("topic", topic).set("data", Json.parse(data));
            return new NewEffect(PUBLISH, Json.write(body), false);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("data that is no JSON", e);
        }
    }

    private static NewEffect lasting(String kind, ObjectNode body, PublicKey requester) {
        return new NewEffect(kind, Json.write(body.put("requester", requester.hex())), true);
    }

    /// The event that an effect publishes; empty for an effect of another kind.
    ///
    /// @throws IllegalStateException if the body cannot be read
    public static Optional<Effect.Publish> published(LoggedEffect logged) {
        if (!logged.kind().equals(PUBLISH)) {
            return Optional.empty();
        }
        JsonNode body = body(logged);
        return Optional.of(
                new Effect.Publish(body.path("topic").asText(), Json.write(body.path("data"))));
    }

    /// Whether an effect asks something of the signing service.
    public static boolean isAsking(LoggedEffect logged) {
        return logged.kind().equals(SIGN) || logged.kind().equals(CANCEL_SIGN);
    }

    /// What an effect asks of the signing service; empty for an effect of another kind. A request
    /// ends by itself its `ttl` after [LoggedEffect#at()].
    ///
    /// @throws IllegalStateException if the body cannot be read
    public static Optional<Asked> asked(LoggedEffect logged) {
        return switch (logged.kind()) {
            case SIGN, CANCEL_SIGN -> Optional.of(asked(logged, body(logged)));
            default -> Optional.empty();
        };
    }

    private static Asked asked(LoggedEffect logged, JsonNode body) {
        try {
            return new Asked(
                    PublicKey.parse(body.path("requester").asText()),
                    logged.kind().equals(SIGN)
                            ? new Effect.Sign(SignText.read(body))
                            : new Effect.CancelSign(body.path("id").asText()));
        } catch (IllegalArgumentException e) {
            throw unreadable(logged, e);
        }
    }

    private static JsonNode body(LoggedEffect logged) {
        try {
            return Json.parse(logged.body());
        } catch (JsonProcessingException e) {
            throw unreadable(logged, e);
        }
    }

    private static IllegalStateException unreadable(LoggedEffect logged, Exception cause) {
        return new IllegalStateException("the body of effect " + logged.number(), cause);
    }
}
