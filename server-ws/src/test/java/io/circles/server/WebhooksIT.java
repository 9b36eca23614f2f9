package io.circles.server;

import static io.circles.server.TestCircles.address;
import static io.circles.server.TestCircles.host;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.Wildcard;
import io.circles.script.CircleModule;
import io.circles.server.circle.DirectCircle;
import io.circles.server.socket.HttpAnswer;
import io.circles.server.socket.RawSocket;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.Conversation;
import io.circles.server.transcript.LogIn;
import io.circles.server.transcript.SocketConversation;
import io.circles.server.webhook.provider.Idenfy;
import io.circles.server.webhook.provider.Stripe;
import io.circles.server.webhook.provider.Tolerance;
import io.circles.server.webhook.provider.Webhook;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Webhooks over real sockets, of two circles that share a port.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WebhooksIT {
    private static final String MODULE =
            """
            const note = (name) => (event) => {
              if (event.type === 'broken') throw new Error('cannot handle that');
              state.increment(`circle/times/${event.id}`);
              state.set(`circle/got/${event.id}`, {
                name, event, kind: caller.kind, via: caller.via, key: caller.publicKey,
                roles: caller.roles, admin: caller.can('admin'),
              });
            };
            export const onWebhook = note('onWebhook');
            export const paid = note('paid');
            export const got = (id) => ({
              times: state.get(`circle/times/${id}`) ?? 0,
              got: state.get(`circle/got/${id}`) ?? null,
            });
            """;

    private static final long BODY = 64 << 10;
    private static CircleHost host;
    private static CircleServer circle;
    private static CircleServer other;

    @BeforeAll
    static void start() throws Exception {
        host = CircleHost.start(TestCircles.scripts());
        circle = host.mount(config(Cast.CIRCLE, 0));
        other = host.mount(config(Cast.MALLORY, circle.url().getPort()));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static CircleConfig config(Cast who, int port) {
        return CircleConfig.builder(who == Cast.CIRCLE ? "test" : "other", who.pair())
                .port(port)
                .members(DirectCircle.MEMBERS)
                .limits(
                        Limits.DEFAULTS
                                .with(Limit.WEBHOOK_BODY, BODY)
                                .with(Limit.WEBHOOK_ATTEMPTS, 1)
                                .with(Limit.BODY_MS, 300))
                .module(CircleModule.of("main.js", Map.of("main.js", MODULE)))
                .webhooks(List.of(stripe(who), idenfy(who)))
                .build();
    }

    private static Webhook stripe(Cast who) {
        return new Webhook(
                "stripe",
                new Stripe(Tolerance.DEFAULT),
                List.of("whsec_of_stripe_of_" + who),
                List.of(new Webhook.Route(Wildcard.of("invoice.*"), "paid")),
                Optional.empty());
    }

    private static Webhook idenfy(Cast who) {
        return new Webhook(
                "idenfy",
                new Idenfy(),
                List.of("key_of_idenfy_of_" + who),
                List.of(),
                Optional.empty());
    }

    private static String event(String id, String type) {
        return "{\"id\":\"%s\",\"type\":\"%s\",\"created\":1795176000}".formatted(id, type);
    }

    private static String anyId() {
        return "evt_" + UUID.randomUUID();
    }

    /// The headers of a delivery, each a line.
    private static String signed(Webhook webhook, String body) {
        StringBuilder lines = new StringBuilder();
        webhook.provider()
                .sign(body.getBytes(UTF_8), webhook.keys().getFirst(), "", Instant.now())
                .forEach(
                        (name, value) ->
                                lines.append(name).append(": ").append(value).append("\r\n"));
        return lines.toString();
    }

    private static String path(String provider, CircleServer to) {
        return "/webhooks/" + provider + "/" + to.publicKey().hex();
    }

    private static HttpAnswer post(String path, String headers, String body) {
        return RawSocket.request(
                address(circle),
                "POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n%s"
                        .formatted(path, host(circle), headers, body.length(), body));
    }

    private static HttpAnswer deliver(String id, String type) {
        String body = event(id, type);
        return post(path("stripe", circle), signed(stripe(Cast.CIRCLE), body), body);
    }

    private static JsonNode ask(Cast who, String method, String params) {
        try (Conversation talk = new SocketConversation(circle.url())) {
            LogIn.as(who, talk);
            talk.send(
                    """
                    {"jsonrpc":"2.0","id":1,"method":"%s","params":%s}"""
                            .formatted(method, params));
            return Json.parse(talk.receive());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode got(String id) {
        return ask(Cast.BOB, "call", "[\"got\",\"%s\"]".formatted(id)).at("/result/value");
    }

    private static JsonNode awaitGot(String id) {
        return await().until(() -> got(id), got -> got.path("times").asInt() > 0);
    }

    @Test
    void aPaymentBecomesARunWithTheCirclesRightsAndNobodysKey() {
        String id = anyId();

        assertThat(deliver(id, "charge.succeeded").status()).isEqualTo(200);

        JsonNode run = awaitGot(id).path("got");
        assertThat(run.path("name").asText()).isEqualTo("onWebhook");
        assertThat(run.path("kind").asText()).isEqualTo("webhook");
        assertThat(run.path("via").asText()).isEqualTo("webhook");
        assertThat(run.path("key").isNull()).isTrue();
        assertThat(run.path("roles")).isEmpty();
        assertThat(run.path("admin").asBoolean()).isTrue();
        assertThat(run.at("/event/payload/id").asText()).isEqualTo(id);
        assertThat(run.at("/event/provider").asText()).isEqualTo("stripe");
        assertThat(run.at("/event/headers").toString()).doesNotContain("v1=");
    }

    @Test
    void whatComesThreeTimesIsRunOnceByTheFunctionOfItsRoute() {
        String id = anyId();
        for (int i = 0; i < 3; i++) {
            HttpAnswer answer = deliver(id, "invoice.paid");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).contains("\"known\":" + (i > 0));
        }
        String later = anyId();
        deliver(later, "invoice.paid");
        awaitGot(later);

        assertThat(awaitGot(id).path("times").asInt()).isEqualTo(1);
        assertThat(got(id).at("/got/name").asText()).isEqualTo("paid");
    }

    @Test
    void theKeyMayStandBeforeOrBehindAndInAnyForm() {
        String hex = circle.publicKey().hex();
        String base64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
        List<String> paths =
                List.of(
                        "/webhooks/stripe/" + hex,
                        "/webhooks/stripe/0x" + hex,
                        "/webhooks/stripe/" + URLEncoder.encode(base64, UTF_8),
                        "/" + hex + "/webhooks/stripe");
        for (String path : paths) {
            String body = event(anyId(), "a");
            HttpAnswer answer = post(path, signed(stripe(Cast.CIRCLE), body), body);
            assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(200);
        }
    }

    @Test
    void elsewhereThereIsNothing() {
        String hex = circle.publicKey().hex();
        String nobody = Cast.ALICE.pair().publicKey().hex();
        List<String> paths =
                List.of(
                        "/webhooks",
                        "/webhooks/stripe",
                        "/webhooks/stripe/",
                        "/webhooks/stripe/" + nobody,
                        "/webhooks/stripe/" + hex + "/more",
                        "/webhooks/standard/" + hex,
                        "/webhooks/Stripe/" + hex,
                        "/webhooks/" + hex,
                        "/webhooks//" + hex);
        for (String path : paths) {
            String body = event(anyId(), "a");
            HttpAnswer answer = post(path, signed(stripe(Cast.CIRCLE), body), body);
            assertThat(answer.status()).as(path).isEqualTo(404);
        }
        HttpAnswer get =
                RawSocket.request(
                        address(circle),
                        "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
                                .formatted(path("stripe", circle), host(circle)));
        assertThat(get.status()).isEqualTo(405);
    }

    @Test
    void whatWasSignedForOneCircleOrProviderIsRefusedByAnother() {
        String body = event(anyId(), "a");
        String signed = signed(stripe(Cast.CIRCLE), body);

        assertThat(post(path("stripe", other), signed, body).status()).isEqualTo(401);
        assertThat(post(path("idenfy", circle), signed, body).status()).isEqualTo(401);
        assertThat(post(path("idenfy", circle), signed(idenfy(Cast.MALLORY), body), body).status())
                .isEqualTo(401);
        assertThat(post(path("stripe", circle), signed, body).status()).isEqualTo(200);
    }

    @Test
    void anotherHostAndAPageOfAnotherOriginAreRefused() {
        String body = event(anyId(), "a");
        String signed = signed(stripe(Cast.CIRCLE), body);
        String page = "Origin: https://evil.example\r\n";

        assertThat(post(path("stripe", circle), page + signed, body).status()).isEqualTo(403);
    }

    @Test
    void aBodyMayComeInChunksAndOfAnyMediaTypeButNotCompressed() {
        String body = event(anyId(), "a");
        String half = body.substring(0, 10);
        String rest = body.substring(10);
        String request =
                """
                POST %s HTTP/1.1\r
                Host: %s\r
                %sContent-Type: text/whatever\r
                Transfer-Encoding: chunked\r
                \r
                %x\r
                %s\r
                %x\r
                %s\r
                0\r
                \r
                """
                        .formatted(
                                path("stripe", circle),
                                host(circle),
                                signed(stripe(Cast.CIRCLE), body),
                                half.length(),
                                half,
                                rest.length(),
                                rest);

        assertThat(RawSocket.request(address(circle), request).status()).isEqualTo(200);
        assertThat(
                        post(
                                        path("stripe", circle),
                                        "Content-Encoding: gzip\r\n"
                                                + signed(stripe(Cast.CIRCLE), body),
                                        body)
                                .status())
                .isEqualTo(400);
    }

    @Test
    void aBodyOfTenMegabytesIsRefusedBeforeItIsRead() {
        String head =
                "POST %s HTTP/1.1\r\nHost: %s\r\nStripe-Signature: t=1,v1=00\r\n"
                        .formatted(path("stripe", circle), host(circle));
        String part = "x".repeat((int) BODY + 1);

        assertThat(
                        RawSocket.request(
                                        address(circle), head + "Content-Length: 10000000\r\n\r\n")
                                .status())
                .isEqualTo(413);
        assertThat(
                        RawSocket.request(
                                        address(circle),
                                        head
                                                + "Transfer-Encoding: chunked\r\n\r\n989680\r\n"
                                                + part)
                                .status())
                .isEqualTo(413);
    }

    @Test
    void aClientThatIsTooSlowIsNotWaitedFor() {
        String head =
                "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 100\r\n\r\n{"
                        .formatted(path("stripe", circle), host(circle));

        assertThat(RawSocket.request(address(circle), head).status()).isEqualTo(408);
    }

    @Test
    void twoSignaturesInTwoHeadersAreNone() {
        String body = event(anyId(), "a");
        String signed = signed(stripe(Cast.CIRCLE), body);

        assertThat(post(path("stripe", circle), signed + signed, body).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"onWebhook", "paid"})
    void nobodyCallsAHandler(String handler) {
        JsonNode called = ask(Cast.CIRCLE, "call", "[\"%s\",{}]".formatted(handler));
        String play = "try { circle.call('%s', {}) } catch (e) { e.message }".formatted(handler);
        JsonNode played = ask(Cast.CIRCLE, "play", "[\"%s\"]".formatted(play));

        assertThat(called.at("/error/data/kind").asText()).isEqualTo("no_such_function");
        assertThat(played.at("/result/value").asText())
                .isEqualTo(
                        ask(Cast.CIRCLE, "play", "[\"%s\"]".formatted(play.replace(handler, "nix")))
                                .at("/result/value")
                                .asText()
                                .replace("nix", handler));
    }

    @Test
    void operatorsSeeWhatCouldNotBeHandledReplayItAndDiscardIt() {
        String id = anyId();
        assertThat(deliver(id, "broken").status()).isEqualTo(200);
        JsonNode dead =
                await().until(
                                () ->
                                        ask(Cast.CIRCLE, "webhook_list", "{\"state\":\"dead\"}")
                                                .at("/result/events/0"),
                                event -> event.path("id").asText().equals(id));
        String number = "[" + dead.path("number") + "]";

        assertThat(dead.path("error").asText())
                .isEqualTo("script_error: Execution Error: Error: cannot handle that");
        JsonNode shown = ask(Cast.CIRCLE, "webhook_show", number).path("result");
        assertThat(shown.path("event")).isEqualTo(dead);
        assertThat(shown.at("/payload/type").asText()).isEqualTo("broken");
        assertThat(ask(Cast.CIRCLE, "webhook_replay", number).at("/result/replayed").asBoolean())
                .isTrue();
        await().until(
                        () ->
                                ask(Cast.CIRCLE, "webhook_show", number)
                                        .at("/result/event/state")
                                        .asText()
                                        .equals("dead"));
        assertThat(ask(Cast.CIRCLE, "webhook_discard", number).at("/result/discarded").asBoolean())
                .isTrue();
        assertThat(ask(Cast.CIRCLE, "webhook_show", number).at("/error/data/param").asText())
                .isEqualTo("number");
        assertThat(got(id).path("times").asInt()).isZero();
        assertThat(deliver(id, "broken").body()).contains("\"known\":true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhook_list", "webhook_show", "webhook_replay", "webhook_discard"})
    void nobodyElseDoes(String method) {
        String params = method.equals("webhook_list") ? "[]" : "[1]";

        assertThat(ask(Cast.BOB, method, params).at("/error/data/needs").asText())
                .isEqualTo("admin");
    }

    @Test
    void aListSaysWhatItCannotList() {
        assertThat(
                        ask(Cast.CIRCLE, "webhook_list", "{\"state\":\"behind\"}")
                                .at("/error/data/param")
                                .asText())
                .isEqualTo("state");
        assertThat(
                        ask(Cast.CIRCLE, "webhook_list", "{\"limit\":501}")
                                .at("/error/data/param")
                                .asText())
                .isEqualTo("limit");
    }
}
