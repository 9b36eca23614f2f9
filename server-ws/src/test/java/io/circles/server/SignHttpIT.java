package io.circles.server;

import static io.circles.server.OldDevice.base64;
import static io.circles.server.TestCircles.address;
import static io.circles.server.TestCircles.host;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.Signature;
import io.circles.server.SigSocketConfig.Legacy;
import io.circles.server.socket.HttpAnswer;
import io.circles.server.socket.RawSocket;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.LogIn;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Signing over HTTP: every status, over real sockets.
class SignHttpIT {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String TOKEN = "a-token-of-tests-1";
    private static final String OTHER_TOKEN = "a-token-of-tests-2";
    private static final String BEARER = "Authorization: Bearer " + TOKEN;
    private static final String JSON = "Content-Type: application/json";
    private static final String ALICE = Cast.ALICE.pair().publicKey().hex();

    private CircleHost host;
    private CircleServer circle;

    @BeforeEach
    void start() throws IOException {
        host = CircleHost.start(new StubScripts());
        circle = mount(List.of(TOKEN, OTHER_TOKEN), false, Limits.DEFAULTS);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private CircleServer mount(List<String> tokens, boolean open, Limits limits)
            throws IOException {
        if (circle != null) {
            circle.close();
        }
        return host.mount(
                TestCircles.circle()
                        .limits(limits)
                        .sigSocket(new SigSocketConfig(new Legacy.All(), false, tokens, open))
                        .build());
    }

    private OldDevice alice() {
        OldDevice device = OldDevice.of(Cast.ALICE, circle);
        await().until(() -> circle.sigSocket().isConnected(Cast.ALICE.pair().publicKey()));
        return device;
    }

    private HttpAnswer get(String path, String... headers) {
        return ask("GET", path, "", headers);
    }

    private HttpAnswer post(String body, String... headers) {
        return ask("POST", "/sign", body, headers);
    }

    private HttpAnswer ask(String method, String path, String body, String... headers) {
        StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        if (!String.join("", headers).contains("Host: ")) {
            request.append("Host: ").append(host(circle)).append("\r\n");
        }
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        request.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        return RawSocket.request(address(circle), request.toString());
    }

    private CompletableFuture<HttpAnswer> posted(String body) {
        return CompletableFuture.supplyAsync(
                () -> post(body, JSON, BEARER), Thread::startVirtualThread);
    }

    private static String sign(String message) {
        return sign(message, "");
    }

    /// @param more members of the body
    private static String sign(String message, String more) {
        return "{\"public_key\":\"%s\",\"message\":\"%s\"%s}"
                .formatted(ALICE, base64(message.getBytes(UTF_8)), more);
    }

    private static JsonNode json(HttpAnswer answer) {
        try {
            return Json.parse(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private static void assertError(HttpAnswer answer, int status, String words) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers()).containsEntry("Content-Type", "application/json");
        assertThat(json(answer).path("error").asText()).contains(words);
        assertThat(json(answer)).hasSize(1);
    }

    @Test
    void whatWasSignedComesBack() {
        try (OldDevice alice = alice()) {
            CompletableFuture<HttpAnswer> answer = posted(sign("pay"));
            assertThat(alice.asked()).isEqualTo("pay");
            alice.answer("pay");

            assertThat(answer).succeedsWithin(LONG);
            JsonNode result = json(answer.join());
            assertThat(answer.join().status()).isEqualTo(200);
            assertThat(result).hasSize(2);
            assertThat(result.path("response").textValue()).isEqualTo("cGF5");
            Signature signature = Signature.parse(result.path("signature").textValue());
            assertThat(signature.verifies(Cast.ALICE.pair().publicKey(), "pay".getBytes(UTF_8)))
                    .isTrue();
            assertThat(answer.join().headers())
                    .containsEntry("Cache-Control", "no-store")
                    .doesNotContainKey("Access-Control-Allow-Origin");
        }
    }

    @Test
    void aCircleIsAskedBelowItsKeyToo() {
        String below = "/" + circle.publicKey().hex();
        try (OldDevice _ = alice()) {
            for (String path :
                    List.of("", below, "/" + encoded(base64(circle.publicKey().bytes())))) {
                assertThat(json(get(path + "/status", BEARER)).path("connections").intValue())
                        .isEqualTo(1);
                assertThat(get(path + "/connected/" + ALICE, BEARER).body()).contains("true");
                assertThat(ask("POST", path + "/sign", "{}", JSON, BEARER).status()).isEqualTo(400);
            }
        }
        assertThat(get("/" + ALICE + "/status", BEARER).status()).isEqualTo(404);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    @Test
    void whoIsConnectedIsToldForAnyFormOfAKey() {
        byte[] key = Cast.ALICE.pair().publicKey().bytes();
        assertThat(get("/status", BEARER).body()).isEqualTo("{\"connections\":0}\n");
        assertThat(get("/connected/" + ALICE, BEARER).body()).isEqualTo("{\"connected\":false}\n");
        try (OldDevice _ = alice()) {
            for (String form : List.of(ALICE, "0x" + ALICE, base64(key), encoded(base64(key)))) {
                assertThat(get("/connected/" + form, BEARER).body())
                        .isEqualTo("{\"connected\":true}\n");
            }
            assertError(get("/connected/02", BEARER), 400, "a public key has 33 bytes");
        }
    }

    /// The last message is "circles ".
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''| the body must be JSON",
                "no JSON| the body must be JSON",
                "[]| Invalid params",
                "{}| public_key",
                "{'public_key':'ALICE'}| message",
                "{'public_key':7,'message':'cGF5'}| public_key",
                "{'public_key':'02','message':'cGF5'}| public key",
                "{'public_key':'ALICE','message':'?'}| message is base64",
                "{'public_key':'ALICE','message':''}| 1 to 65536 bytes",
                "{'public_key':'ALICE','message':'cGF5','more':1}| more",
                "{'public_key':'ALICE','message':'cGF5','timeout_ms':0}| timeout",
                "{'public_key':'ALICE','message':'cGF5','timeout_ms':600001}| timeout_ms",
                "{'public_key':'ALICE','message':'cGF5','wait':'yes'}| wait",
                "{'public_key':'ALICE','message':'Y2lyY2xlcyA='}| must not begin with"
            })
    void whatIsNotRightIsSaid(String body, String words) {
        String request = body.replace('\'', '"').replace("ALICE", ALICE);

        assertError(post(request, JSON, BEARER), 400, words);
    }

    @Test
    void theNonceOfAnotherCircleIsNotSigned() throws Exception {
        CircleServer other =
                host.mount(CircleConfig.builder("other", Cast.BOB.pair()).port(0).build());
        try (OldDevice alice = alice();
                RawSocket there = RawSocket.dial(other.url())) {
            String nonce = LogIn.fetchNonce(Cast.ALICE, there);
            assertError(post(sign(nonce), JSON, BEARER), 400, "must not begin with");

            assertThat(alice.isLeftAlone()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-No: header",
                "Authorization: Bearer",
                "Authorization: Bearer a-token-of-tests-3",
                "Authorization: Bearer a-token-of-tests-1 2",
                "Authorization: Bearer a-token-of-tests-",
                "Authorization: a-token-of-tests-1",
                "Authorization: Basic a-token-of-tests-1",
                "X-Token: a-token-of-tests-1"
            })
    void withoutATokenNothingIsToldOrDone(String header) {
        for (HttpAnswer answer :
                List.of(
                        post(sign("pay"), JSON, header),
                        get("/status", header),
                        get("/connected/" + ALICE, header))) {
            assertError(answer, 401, "a token is needed");
            assertThat(answer.headers()).containsEntry("WWW-Authenticate", "Bearer");
        }
    }

    @Test
    void everyTokenIsGood() {
        assertThat(get("/status", BEARER).status()).isEqualTo(200);
        assertThat(get("/status", "authorization: bearer " + OTHER_TOKEN).status()).isEqualTo(200);
    }

    @Test
    void withoutTokensThereIsNothingUnlessItIsOpen() throws IOException {
        circle = mount(List.of(), false, Limits.DEFAULTS);
        for (String path : List.of("/sign", "/status", "/connected/" + ALICE)) {
            assertThat(ask("POST", path, "{}", JSON, BEARER).status()).isEqualTo(404);
            assertThat(get(path, BEARER).status()).isEqualTo(404);
        }
        circle = mount(List.of(), true, Limits.DEFAULTS);

        assertThat(get("/status").status()).isEqualTo(200);
        assertError(post(sign("pay"), JSON), 404, "Signer not connected");
        assertThat(get("/status", BEARER).status()).isEqualTo(401);
    }

    @Test
    void whoIsNotConnectedIsWaitedForOnlyIfThatIsWanted() {
        assertError(post(sign("pay"), JSON, BEARER), 404, "Signer not connected");
        CompletableFuture<HttpAnswer> answer = posted(sign("pay", ",\"wait\":true"));
        await().until(() -> circle.sigSocket().pending() == 1);
        try (OldDevice alice = alice()) {
            assertThat(alice.asked()).isEqualTo("pay");
            alice.answer("pay");

            assertThat(answer).succeedsWithin(LONG).returns(200, HttpAnswer::status);
        }
    }

    @Test
    void whoDoesNotAnswerIsNotWaitedForLongerThanIsWanted() {
        try (OldDevice _ = alice()) {
            assertError(
                    post(sign("pay", ",\"timeout_ms\":100"), JSON, BEARER),
                    408,
                    "did not answer in time");
        }
    }

    @Test
    void aWrongAnswerIsABadGateway() {
        try (OldDevice alice = alice()) {
            CompletableFuture<HttpAnswer> malformed = posted(sign("pay"));
            alice.asked();
            alice.socket.send("garbage");
            assertThat(malformed).succeedsWithin(LONG);
            assertError(malformed.join(), 502, "cannot be read");

            CompletableFuture<HttpAnswer> wrong = posted(sign("pay"));
            alice.asked();
            alice.answer("pay", alice.sign("another").hex());
            assertThat(wrong).succeedsWithin(LONG);
            assertError(wrong.join(), 502, "does not verify");

            CompletableFuture<HttpAnswer> lost = posted(sign("pay"));
            alice.asked();
            alice.hangUp();
            assertThat(lost).succeedsWithin(LONG);
            assertError(lost.join(), 404, "the device is gone");
        }
    }

    @Test
    void whoSaysNoIsHeard() throws Exception {
        try (RawSocket proven = RawSocket.dial(circle.url())) {
            LogIn.as(Cast.ALICE, proven);
            proven.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sign_listen\"}");
            assertThat(proven.receive()).contains("\"listening\":true");
            CompletableFuture<HttpAnswer> answer = posted(sign("pay", ",\"display\":\"Pay 10\""));
            JsonNode request = Json.parse(proven.receive()).path("params");
            assertThat(request.path("requester").textValue()).isEqualTo("token-6d20a782");
            assertThat(request.path("display").textValue()).isEqualTo("Pay 10");
            assertThat(request.path("digest").textValue()).isEqualTo("sha256");
            proven.send(
                    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"sign_reject\",\"params\":[\"%s\",\"too dear\"]}"
                            .formatted(request.path("id").textValue()));

            assertThat(answer).succeedsWithin(LONG);
            assertError(answer.join(), 409, "too dear");
        }
    }

    @Test
    void bodiesHaveATypeAndABound() {
        assertError(post(sign("pay"), "Content-Type: text/plain", BEARER), 415, "application/json");
        assertError(post(sign("pay"), BEARER), 415, "application/json");
        assertError(post(sign("x".repeat(100_000)), JSON, BEARER), 413, "bytes at most");
        assertError(post(sign("x".repeat(65_537)), JSON, BEARER), 400, "1 to 65536 bytes");
    }

    @Test
    void whoAsksTooOftenIsToldToWait() throws IOException {
        circle =
                mount(
                        List.of(TOKEN, OTHER_TOKEN),
                        false,
                        Limits.DEFAULTS.with(Limit.SIGN_REQUESTS, 3));
        for (int i = 0; i < 3; i++) {
            assertThat(get("/status", BEARER).status()).isEqualTo(200);
        }
        HttpAnswer answer = get("/status", BEARER);
        assertError(answer, 429, "too many requests");
        assertThat(answer.headers()).containsEntry("Retry-After", "1");
        assertError(post(sign("pay"), JSON, BEARER), 429, "too many requests");

        assertThat(get("/status", "Authorization: Bearer " + OTHER_TOKEN).status()).isEqualTo(200);
        for (int i = 0; i < 3; i++) {
            assertThat(get("/status").status()).isEqualTo(401);
        }
        assertThat(get("/status").status()).isEqualTo(429);
    }

    @Test
    void otherMethodsAndPagesAreRefused() {
        HttpAnswer wrong = get("/sign", BEARER);
        assertError(wrong, 405, "POST");
        assertThat(wrong.headers()).containsEntry("Allow", "POST, OPTIONS");
        assertThat(ask("DELETE", "/status", "", BEARER).headers())
                .containsEntry("Allow", "GET, HEAD, OPTIONS");
        HttpAnswer options = ask("OPTIONS", "/sign", "");
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.headers())
                .containsEntry("Allow", "POST, OPTIONS")
                .doesNotContainKey("Access-Control-Allow-Origin");
        assertThat(ask("HEAD", "/status", "", BEARER).status()).isEqualTo(200);
        assertError(get("/status", BEARER, "Origin: https://evil.com"), 403, "page");
        assertError(post(sign("pay"), JSON, BEARER, "Origin: https://evil.com"), 403, "page");
        assertError(get("/status", BEARER, "Host: evil.com"), 403, "Host");
    }

    @Test
    void aCircleThatStopsTakesNothingNewAndLetsTheRestBeAnswered() {
        try (OldDevice alice = alice()) {
            CompletableFuture<HttpAnswer> answer = posted(sign("pay"));
            assertThat(alice.asked()).isEqualTo("pay");
            CompletableFuture<Void> closed =
                    CompletableFuture.runAsync(circle::close, Thread::startVirtualThread);
            await().until(circle::isStopping);
            alice.answer("pay");

            assertThat(answer).succeedsWithin(LONG).returns(200, HttpAnswer::status);
            assertThat(closed).succeedsWithin(LONG);
        }
    }

    @Test
    void whatIsNotAnsweredWhenACircleStopsIsToldSo() throws IOException {
        circle = mount(List.of(TOKEN), false, Limits.DEFAULTS.with(Limit.DRAIN_MS, 100));
        CompletableFuture<HttpAnswer> answer = posted(sign("pay", ",\"wait\":true"));
        await().until(() -> circle.sigSocket().pending() == 1);
        circle.close();

        assertThat(answer).succeedsWithin(LONG).returns(503, HttpAnswer::status);
    }
}
