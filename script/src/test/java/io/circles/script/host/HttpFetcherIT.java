package io.circles.script.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.circles.protocol.CircleException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is sent, and how an answer comes back.
@Timeout(60)
class HttpFetcherIT {
    private static final String EMPTY_OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private final Fetching fetching = Fetching.locally();

    @AfterEach
    void close() {
        fetching.close();
    }

    @Test
    void aRequestIsSentAsTheScriptWroteItAndAsACircle() throws IOException {
        try (RawServer server = RawServer.always(EMPTY_OK)) {
            fetching.send(
                    "post",
                    server.url() + "a/b?c=d#e",
                    List.of(new HttpHeader("X-Mine", "ä"), new HttpHeader("Content-Type", "a/b")),
                    "body".getBytes(UTF_8),
                    "127.0.0.1:" + server.port());

            String[] lines = server.requests().getFirst().split("\r\n", -1);
            assertThat(lines[0]).isEqualTo("POST /a/b?c=d HTTP/1.1");
            assertThat(lines)
                    .containsExactlyInAnyOrder(
                            lines[0],
                            "X-Mine: ä",
                            "Content-Type: a/b",
                            "Host: 127.0.0.1:" + server.port(),
                            "User-Agent: circles",
                            "Accept-Encoding: gzip",
                            "Connection: close",
                            "Content-Length: 4",
                            "",
                            "body");
        }
    }

    @Test
    void anAnswerHasAllThatWasAnswered() throws IOException {
        String text =
                "HTTP/1.1 404 Not There\r\nX-A: 1\r\nx-a: \u00e4\r\nContent-Length: 4\r\n\r\nbody";
        try (RawServer server = RawServer.always(text)) {
            HttpAnswer answer = fetching.get(server);

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.statusText()).isEqualTo("Not There");
            assertThat(answer.url()).isEqualTo(server.url());
            assertThat(answer.redirected()).isFalse();
            assertThat(answer.headers())
                    .containsExactly(
                            new HttpHeader("X-A", "1"),
                            new HttpHeader("x-a", "\u00e4"),
                            new HttpHeader("Content-Length", "4"));
            assertThat(answer.body()).asString(UTF_8).isEqualTo("body");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 204 No Content",
        "GET, 304 Not Modified",
        "HEAD, 200 OK",
        "HEAD, 302 Found",
        "DELETE, 204 No Content"
    })
    void whatHasNoBodyIsNotWaitedFor(String method, String status) throws IOException {
        String head =
                "HTTP/1.1 " + status + "\r\nContent-Length: 9\r\nContent-Encoding: gzip\r\n\r\n";
        try (RawServer server =
                new RawServer(
                        (request, out) -> {
                            out.write(head.getBytes(ISO_8859_1));
                            out.flush();
                            hang();
                        })) {
            HttpAnswer answer =
                    fetching.send(
                            method, server.url(), List.of(), null, "127.0.0.1:" + server.port());

            assertThat(answer.body()).isEmpty();
            assertThat(status).startsWith(answer.status() + " ");
        }
    }

    @Test
    void aPackedBodyIsUnpacked() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write("text".getBytes(UTF_8));
        }
        try (RawServer server =
                new RawServer(
                        (request, out) -> {
                            out.write(
                                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
                                            .getBytes(ISO_8859_1));
                            packed.writeTo(out);
                        })) {
            assertThat(fetching.get(server).body()).asString(UTF_8).isEqualTo("text");
        }
    }

    @Test
    void aChallengeIsAnAnswerAndACookieIsForgotten() throws IOException {
        String text =
                String.join(
                        "\r\n",
                        "HTTP/1.1 401 No",
                        "WWW-Authenticate: \"?, Negotiate",
                        "Set-Cookie: a=b",
                        "Content-Length: 0\r\n\r\n");
        try (RawServer server = RawServer.always(text)) {
            assertThat(fetching.get(server).status()).isEqualTo(401);
            assertThat(fetching.get(server).status()).isEqualTo(401);

            assertThat(server.connections()).isEqualTo(2);
            assertThat(server.requests())
                    .allSatisfy(request -> assertThat(request).doesNotContain("Cookie", "Auth"));
        }
    }

    @Test
    void noProxyOfTheEnvironmentIsUsed() throws IOException {
        try (RawServer server = RawServer.always(EMPTY_OK);
                RawServer proxy = RawServer.always(EMPTY_OK)) {
            System.setProperty("http.proxyHost", "127.0.0.1");
            System.setProperty("http.proxyPort", "" + proxy.port());
            System.setProperty("http.nonProxyHosts", "");
            try {
                fetching.get(server);
            } finally {
                System.clearProperty("http.proxyHost");
                System.clearProperty("http.proxyPort");
                System.clearProperty("http.nonProxyHosts");
            }
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void thatSomethingIsSentIsSaidOnceAndBefore() throws IOException {
        try (RawServer server =
                new RawServer(
                        (request, out) -> {
                            String to = request.startsWith("GET /b") ? "" : "Location: /b\r\n";
                            String head =
                                    "HTTP/1.1 302 Found\r\nX-Said: %d\r\n%sContent-Length: 0\r\n\r\n"
                                            .formatted(fetching.announced(), to);
                            out.write(head.getBytes(ISO_8859_1));
                        })) {
            HttpAnswer answer = fetching.get(server);

            assertThat(answer.redirected()).isTrue();
            assertThat(answer.headers()).contains(new HttpHeader("X-Said", "1"));
            assertThat(fetching.announced()).isEqualTo(1);
        }
    }

    @Test
    void whenItCannotBeSaidNothingIsSent() throws IOException {
        try (RawServer server = RawServer.always(EMPTY_OK)) {
            var request = new HttpRequest("GET", server.url(), List.of(), null);
            var policy =
                    new HttpPolicy(
                            AllowList.of(List.of("127.0.0.1:" + server.port())),
                            System.nanoTime() + 10_000_000_000L,
                            () -> {
                                throw new IllegalStateException("the parent is gone");
                            });

            assertThatIllegalStateException()
                    .isThrownBy(
                            () -> fetching.fetcher().fetch(request, policy, new HttpBudget(1, 1)))
                    .withMessage("the parent is gone");
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void aBodyThatIsSentCounts() throws IOException {
        try (RawServer server = RawServer.always(EMPTY_OK)) {
            fetching.with(new HttpBudget(10, 10));

            post(server, 10);
            assertThatExceptionOfType(CircleException.class).isThrownBy(() -> post(server, 1));
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aClosedPortIsToldWithoutItsAddress() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        assertThat(fetching.failure("http://localhost:" + port + "/", "localhost:" + port))
                .isEqualTo("cannot connect to localhost:" + port);
    }

    @Test
    void afterTheEndNothingIsSent() throws IOException {
        try (RawServer server = RawServer.always(EMPTY_OK)) {
            fetching.close();

            assertThat(fetching.failure(server)).isEqualTo("requests are no longer sent");
            assertThat(server.connections()).isZero();
        }
    }

    private void post(RawServer server, int length) {
        fetching.send(
                "POST", server.url(), List.of(), new byte[length], "127.0.0.1:" + server.port());
    }

    private static void hang() {
        try {
            Thread.currentThread().join(30_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
