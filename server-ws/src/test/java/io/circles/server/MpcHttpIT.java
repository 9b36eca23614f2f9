package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.server.transcript.Cast;
import io.circles.server.webhook.provider.Idenfy;
import io.circles.server.webhook.provider.Webhook;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a circle answers over HTTP at `/mpc` and where it serves a page.
class MpcHttpIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir private static Path folder;
    private static CircleHost host;
    private static CircleServer withPage;
    private static CircleServer withoutPage;
    private static CircleServer without;

    @BeforeAll
    static void start() throws IOException {
        Path page = Files.createDirectories(folder.resolve("web/sub"));
        Path web = folder.resolve("web");
        Files.writeString(web.resolve("index.html"), "the page");
        Files.writeString(page.resolve("index.html"), "below");
        Path colon = Files.createDirectories(web.resolve("a:b"));
        Files.writeString(colon.resolve("index.html"), "below");
        Files.writeString(page.resolve("a b.mjs"), "script");
        Files.writeString(web.resolve("mpc.wasm"), "wasm");
        Files.writeString(web.resolve(".hidden"), "secret");
        Files.writeString(folder.resolve("outside.txt"), "secret");
        Files.createSymbolicLink(web.resolve("out.txt"), folder.resolve("outside.txt"));
        Files.createSymbolicLink(web.resolve("dot.txt"), web.resolve(".hidden"));
        host = CircleHost.start(new StubScripts());
        Webhook idenfy =
                new Webhook(
                        "idenfy",
                        new Idenfy(),
                        List.of("a secret of the test"),
                        List.of(),
                        Optional.empty());
        withPage =
                host.mount(
                        TestCircles.circle(Cast.ALICE)
                                .mpc(new MpcConfig(true, Duration.ofMinutes(2), Optional.of(web)))
                                .webhooks(List.of(idenfy))
                                .build());
        withoutPage = mount(new MpcConfig(true, Duration.ofMinutes(2), Optional.empty()), Cast.BOB);
        without = mount(MpcConfig.OFF, Cast.MALLORY);
    }

    private static CircleServer mount(MpcConfig mpc, Cast key) throws IOException {
        return host.mount(TestCircles.circle(key).mpc(mpc).build());
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static HttpResponse<String> ask(CircleServer circle, String method, String path)
            throws IOException, InterruptedException {
        return ask(circle, method, path, "");
    }

    private static HttpResponse<String> ask(
            CircleServer circle, String method, String path, String tag)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://" + circle.url().getAuthority() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (!tag.isEmpty()) {
            request.header("If-None-Match", tag);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static void assertIsolated(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Cross-Origin-Embedder-Policy"))
                .contains("require-corp");
        assertThat(answer.headers().firstValue("Cross-Origin-Opener-Policy"))
                .contains("same-origin");
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html;charset=utf-8, the page",
        "/index.html, text/html;charset=utf-8, the page",
        "/sub/, text/html;charset=utf-8, below",
        "/sub/a%20b.mjs, text/javascript;charset=utf-8, script",
        "/mpc.wasm, application/wasm, wasm"
    })
    void aFileIsServedAsWhatItIs(String path, String type, String body) throws Exception {
        HttpResponse<String> answer = ask(withPage, "GET", path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .isEqualToIgnoringCase(type);
        assertIsolated(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/.hidden",
                "/dot.txt",
                "/out.txt",
                "/index.html/",
                "/sub//",
                "/sub/../index.html",
                "/../outside.txt",
                "/%2e%2e/outside.txt",
                "/sub/%2e%2e/%2e%2e/outside.txt",
                "/..%2foutside.txt",
                "/..%5coutside.txt",
                "/index.html%00",
                "//outside.txt"
            })
    void nothingElseIsServed(String path) throws Exception {
        HttpResponse<String> answer = ask(withPage, "GET", path);
        assertThat(answer.statusCode()).isIn(400, 404);
        assertThat(answer.body()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({"/sub, ./sub/", "/a%3Ab, ./a:b/"})
    void aFolderIsAtAnAddressFromWhichItsLinksLeadOn(String path, String place) throws Exception {
        HttpResponse<String> answer = ask(withPage, "GET", path);
        assertThat(answer.statusCode()).isEqualTo(301);
        assertThat(answer.headers().firstValue("Location")).contains(place);
    }

    @Test
    void aFileIsSentInPiecesAndHasAnotherTagWhenItChanges() throws Exception {
        Path big = folder.resolve("web/big.txt");
        String text = "0123456789".repeat(10_000);
        Files.writeString(big, text);
        HttpResponse<String> first = ask(withPage, "GET", "/big.txt");
        assertThat(first.body()).isEqualTo(text);
        String tag = first.headers().firstValue("ETag").orElseThrow();
        Files.setLastModifiedTime(big, FileTime.from(Instant.EPOCH));
        assertThat(ask(withPage, "GET", "/big.txt", tag).statusCode()).isEqualTo(200);
    }

    @Test
    void aHeadHasNoBodyAndWhatIsKnownIsNotSentAgain() throws Exception {
        HttpResponse<String> head = ask(withPage, "HEAD", "/mpc.wasm");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        String tag = head.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> same = ask(withPage, "GET", "/mpc.wasm", tag);
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.headers().firstValue("Content-Length")).isEmpty();
        assertThat(ask(withPage, "GET", "/index.html", tag).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"GET, /mpc, 426", "POST, /mpc, 405", "GET, /mpc/x, 404", "OPTIONS, /mpc, 204"})
    void everyAnswerAtAndBelowMpcIsIsolated(String method, String path, int status)
            throws Exception {
        HttpResponse<String> answer = ask(withoutPage, method, path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertIsolated(answer);
    }

    @ParameterizedTest
    @CsvSource({"/, 426", "/mpc, 404"})
    void whoDoesNotServeTheOriginalHasNoSuchHeaders(String path, int status) throws Exception {
        HttpResponse<String> answer = ask(without, "GET", path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Cross-Origin-Opener-Policy")).isEmpty();
    }

    @Test
    void aPageTakesNoPlaceOfAWebhook() throws Exception {
        assertThat(ask(withPage, "POST", "/webhooks/idenfy").statusCode()).isEqualTo(401);
    }
}
