package io.circles.server.circle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage.Request;
import io.circles.script.Capability;
import io.circles.script.CircleModule;
import io.circles.script.engine.GraalScriptExecutor;
import io.circles.server.CircleConfig;
import io.circles.server.CircleHost;
import io.circles.server.CircleServer;
import io.circles.server.session.Access;
import io.circles.server.session.Members;
import io.circles.server.session.Rank;
import io.circles.server.socket.RawSocket;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.Conversation;
import io.circles.server.transcript.SocketConversation;
import io.circles.server.webhook.provider.Idenfy;
import io.circles.server.webhook.provider.Webhook;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The examples of `openrpc.json` over a socket: one conversation, in their order. A result fits
/// its schema and is what the example states, but for the members that `x-varies` names. A param
/// with `x-signs` is replaced by the signature over that member of the last result.
class OpenRpcIT {
    private static final Members MEMBERS =
            new Members(Set.of(), Map.of(Cast.ALICE.pair().publicKey(), List.of("staff")));

    private static final CircleModule ECHO =
            CircleModule.of("main.js", Map.of("main.js", "export const echo = value => value;"));

    private static final Access ACCESS =
            new Access(
                    Map.of(
                            Rank.MEMBER,
                            EnumSet.complementOf(EnumSet.of(Capability.PLAY, Capability.CALL))));

    private static final String SECRET = "the secret of tests";

    private static final Webhook IDENFY =
            new Webhook("idenfy", new Idenfy(), List.of(SECRET), List.of(), Optional.empty());

    private static CircleHost host;
    private static CircleServer circle;

    private JsonNode last = Json.object();
    private final Map<String, JsonNode> bound = new HashMap<>();

    @BeforeAll
    static void start() throws IOException {
        host = CircleHost.start(new GraalScriptExecutor(2, 100));
        circle =
                host.mount(
                        CircleConfig.builder("test", Cast.CIRCLE.pair())
                                .port(0)
                                .members(MEMBERS)
                                .access(ACCESS)
                                .module(ECHO)
                                .webhooks(List.of(IDENFY))
                                .build());
        deliver();
    }

    /// The event that the examples speak of.
    private static void deliver() {
        String body = "{\"final\":true,\"status\":{\"overall\":\"APPROVED\"},\"scanRef\":\"abc\"}";
        Map<String, String> signed =
                new Idenfy().sign(body.getBytes(UTF_8), SECRET.getBytes(UTF_8), "", Instant.EPOCH);
        String request =
                """
                POST /webhooks/idenfy HTTP/1.1\r
                Host: %s\r
                Content-Type: application/json\r
                Idenfy-Signature: %s\r
                Content-Length: %d\r
                \r
                %s"""
                        .formatted(
                                circle.url().getAuthority(),
                                signed.get("Idenfy-Signature"),
                                body.length(),
                                body);
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), circle.url().getPort());
        assertThat(RawSocket.request(address, request).status()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void theExamplesGiveWhatTheyStateByName() throws InterruptedException {
        replayAll(this::byName);
    }

    @Test
    void theExamplesGiveWhatTheyStateByPosition() throws InterruptedException {
        replayAll(this::byPosition);
    }

    @Test
    void discoverGivesTheDocument() throws InterruptedException {
        try (Conversation conversation = new SocketConversation(circle.url())) {
            assertThat(ask(conversation, "rpc.discover", Json.array()))
                    .isEqualTo(Discovered.document());
        }
    }

    private void replayAll(BiFunction<JsonNode, JsonNode, JsonNode> form)
            throws InterruptedException {
        try (Conversation conversation = new SocketConversation(circle.url())) {
            for (JsonNode method : Discovered.document().path("methods")) {
                for (JsonNode example : method.path("examples")) {
                    if (method.has("result")) {
                        replay(conversation, method, example, form.apply(method, example));
                    }
                }
            }
        }
    }

    private void replay(
            Conversation conversation, JsonNode method, JsonNode example, JsonNode params)
            throws InterruptedException {
        String name = method.path("name").asText();
        last = ask(conversation, name, params);
        String place = name + ": " + example.path("name").asText();
        assertThat(Schemas.misfits(method.at("/result/schema"), last)).as(place).isEmpty();
        JsonNode stated = example.path("result");
        stated.path("x-binds")
                .properties()
                .forEach(b -> bound.put(b.getKey(), last.at(b.getValue().asText())));
        assertThat(constant(last, stated))
                .as(place)
                .isEqualTo(constant(stated.path("value"), stated));
    }

    private static JsonNode ask(Conversation conversation, String method, JsonNode params)
            throws InterruptedException {
        RpcId id = new RpcId("\"" + method + "\"");
        conversation.send(new Request(id, method, params).encode());
        String answer = conversation.receive();
        while (!answer.contains("\"id\":" + id)) {
            answer = conversation.receive(); // an event
        }
        try {
            JsonNode result = Json.parse(answer).path("result");
            assertThat(result.isMissingNode()).as(answer).isFalse();
            return result;
        } catch (IOException e) {
            throw new AssertionError(answer, e);
        }
    }

    private static JsonNode constant(JsonNode value, JsonNode stated) {
        if (stated.has("x-binds") && !value.isObject()) {
            return Json.object(); // all of it varies
        }
        if (!stated.has("x-varies")) {
            return value;
        }
        ObjectNode constant = value.deepCopy();
        stated.path("x-varies").forEach(member -> constant.remove(member.asText()));
        return constant;
    }

    private JsonNode byName(JsonNode method, JsonNode example) {
        ObjectNode named = Json.object();
        example.path("params").forEach(p -> named.set(p.path("name").asText(), value(p)));
        return named;
    }

    private JsonNode byPosition(JsonNode method, JsonNode example) {
        JsonNode named = byName(method, example);
        ArrayNode positional = Json.array();
        method.path("params").forEach(p -> positional.add(named.get(p.path("name").asText())));
        while (!positional.isEmpty() && positional.get(positional.size() - 1).isNull()) {
            positional.remove(positional.size() - 1);
        }
        return positional;
    }

    private JsonNode value(JsonNode param) {
        if (param.has("x-bound")) {
            return Objects.requireNonNull(bound.get(param.path("x-bound").asText()));
        }
        if (!param.has("x-signs")) {
            return param.path("value");
        }
        String text = last.path(param.path("x-signs").asText()).asText();
        return Json.text(Cast.ALICE.pair().sign(text.getBytes(UTF_8)).hex());
    }
}
