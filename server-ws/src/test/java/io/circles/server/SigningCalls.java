package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.Conversation;
import java.util.Base64;
import java.util.List;

/// What devices and those who ask them say to a circle, and hear from it.
final class SigningCalls {
    private SigningCalls() {}

    /// Calls a method; the next frame is the answer.
    static JsonNode ask(Conversation talk, String method, Object... params)
            throws InterruptedException {
        talk.send(
                Json.write(
                        Json.object()
                                .put("jsonrpc", "2.0")
                                .put("id", method)
                                .put("method", method)
                                .set("params", Json.tree(List.of(params)))));
        return receive(talk);
    }

    static JsonNode receive(Conversation talk) throws InterruptedException {
        String text = talk.receive();
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    /// The next frame, which has to be an event.
    static JsonNode event(Conversation talk, String method) throws InterruptedException {
        JsonNode event = receive(talk);
        assertThat(event.path("method").asText()).as(event.toString()).isEqualTo(method);
        return event.path("params");
    }

    static void listen(Conversation talk) throws InterruptedException {
        assertThat(ask(talk, "sign_listen").at("/result/listening").asBoolean()).isTrue();
    }

    /// Over what a request asks for.
    static String signature(Cast who, JsonNode request) {
        byte[] message = Base64.getDecoder().decode(request.path("message").asText());
        return who.pair().sign(message).hex();
    }

    /// Whether an answer of a device has ended its request.
    static boolean accepted(JsonNode answer) {
        assertThat(answer.has("result")).as(answer.toString()).isTrue();
        return answer.at("/result/accepted").asBoolean();
    }
}
