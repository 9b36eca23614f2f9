package io.circles.script.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where a request may go, first and after redirects.
@Timeout(60)
class HttpReachIT {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    @Test
    void whatIsNotListedIsNotEvenLookedUp() {
        try (Fetching fetching = Fetching.locally()) {
            assertThat(fetching.failure("https://evil.example/", "api.example.com"))
                    .isEqualTo("not in the circle's allow-list: evil.example:443");
            assertThat(fetching.lookUps()).isZero();
            assertThat(fetching.announced()).isZero();
        }
    }

    @Test
    void aNameThatLeadsInsideIsRefused() throws IOException {
        try (RawServer server = RawServer.always(OK);
                Fetching fetching = Fetching.locally()) {
            String allowed = "*.example.com:" + server.port();

            assertThat(fetching.failure("http://api.example.com:" + server.port() + "/", allowed))
                    .isEqualTo("api.example.com has an address that is not public");
            assertThat(server.connections()).isZero();
            assertThat(fetching.announced()).isZero();
        }
    }

    @Test
    void oneAddressThatLeadsInsideIsEnough() {
        try (Fetching fetching =
                new Fetching(host -> Fetching.addresses("1.1.1.1", "8.8.8.8", "169.254.169.254"))) {
            assertThat(fetching.failure("http://a.example/", "*"))
                    .isEqualTo("a.example has an address that is not public");
        }
    }

    @Test
    void localhostIsThisMachineOnlyIfItIsListedAndNoOtherThen() throws IOException {
        try (RawServer server = RawServer.always(OK);
                Fetching fetching = Fetching.locally();
                Fetching lied = new Fetching(host -> Fetching.addresses("10.0.0.1"))) {
            String url = "http://localhost:" + server.port() + "/";

            assertThat(fetching.get(url, "localhost:" + server.port()).status()).isEqualTo(200);
            assertThat(fetching.failure(url, "*:" + server.port()))
                    .isEqualTo("localhost has an address that is not public");
            assertThat(lied.failure(url, "localhost:" + server.port()))
                    .isEqualTo("localhost has an address that is not public");
        }
    }

    @Test
    void aNameIsAskedForOncePerConnection() throws IOException {
        Queue<InetAddress[]> answers = new ArrayDeque<>();
        answers.add(Fetching.addresses("127.0.0.1"));
        answers.add(Fetching.addresses("10.0.0.1"));
        try (RawServer server = RawServer.always(OK);
                Fetching fetching = new Fetching(host -> answers.remove())) {
            String url = "http://localhost:" + server.port() + "/";
            String allowed = "localhost:" + server.port();

            assertThat(fetching.get(url, allowed).status()).isEqualTo(200);
            assertThat(fetching.lookUps()).isEqualTo(1);
            assertThat(fetching.failure(url, allowed))
                    .isEqualTo("localhost has an address that is not public");
        }
    }

    @Test
    void aNameThatIsReboundDuringARedirectIsRefused() throws IOException {
        Queue<InetAddress[]> answers = new ArrayDeque<>();
        answers.add(Fetching.addresses("127.0.0.1"));
        answers.add(Fetching.addresses("10.0.0.1"));
        try (RawServer server = RawServer.always(redirect("/again"));
                Fetching fetching = new Fetching(host -> answers.remove())) {
            assertThat(
                            fetching.failure(
                                    "http://localhost:" + server.port() + "/",
                                    "localhost:" + server.port()))
                    .isEqualTo("localhost has an address that is not public");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aNameThatNobodyKnowsIsNotFound() {
        try (Fetching fetching =
                new Fetching(
                        host -> {
                            throw new UnknownHostException("resolver 10.0.0.53 says no");
                        })) {
            assertThat(fetching.failure("https://api.example.com/", "api.example.com"))
                    .isEqualTo("cannot find api.example.com");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:1/",
                "http://[::1]/",
                "http://169.254.169.254/latest/meta-data/",
                "https://evil.example/",
                "//evil.example/",
                "http://2130706433/",
                "http://localhost/",
                "file:///etc/passwd",
                "http://user:password@127.0.0.1/"
            })
    void aRedirectGoesNoFurtherThanAFirstRequest(String location) throws IOException {
        try (RawServer server = RawServer.always(redirect(location));
                Fetching fetching = Fetching.locally()) {
            assertThatExceptionOfType(HttpFetchException.class)
                    .isThrownBy(() -> fetching.get(server));
            assertThat(server.connections()).isEqualTo(1);
            assertThat(fetching.lookUps()).isZero();
        }
    }

    @Test
    void aLoopEndsAfterFiveRedirects() throws IOException {
        try (RawServer server = RawServer.always(redirect("/"));
                Fetching fetching = Fetching.locally()) {
            assertThat(fetching.failure(server)).isEqualTo("more than 5 redirects");
            assertThat(server.connections()).isEqualTo(6);
        }
    }

    @Test
    void fiveRedirectsAreFollowedAndTheLastUrlIsTold() throws IOException {
        try (RawServer server =
                        new RawServer(
                                (request, out) -> {
                                    int step = request.charAt("GET /".length()) - '0';
                                    String answer = step == 5 ? OK : redirect("/" + (step + 1));
                                    out.write(answer.getBytes(ISO_8859_1));
                                });
                Fetching fetching = Fetching.locally()) {
            HttpAnswer answer = fetching.get(server.url() + "0", "127.0.0.1:" + server.port());

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.redirected()).isTrue();
            assertThat(answer.url()).isEqualTo(server.url() + "5");
        }
    }

    @Test
    void eachRedirectCounts() throws IOException {
        try (RawServer server = RawServer.always(redirect("/"));
                Fetching fetching = Fetching.locally().with(new HttpBudget(3, 1_000))) {
            assertThatExceptionOfType(CircleException.class)
                    .isThrownBy(() -> fetching.get(server))
                    .withMessage("HTTP limit reached: 4 requests of 3")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.HTTP))
                    .satisfies(
                            e -> {
                                assertThat(e.error().data().path("limit").asInt()).isEqualTo(3);
                                assertThat(e.error().data().path("used").asInt()).isEqualTo(4);
                            });
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void aSecretStaysWithItsServer() throws IOException {
        try (RawServer other = RawServer.always(OK);
                RawServer server = RawServer.always(redirect(other.url()));
                Fetching fetching = Fetching.locally()) {
            fetching.send(
                    "GET",
                    server.url(),
                    List.of(
                            new HttpHeader("authorization", "secret"),
                            new HttpHeader("Cookie", "secret"),
                            new HttpHeader("X-Mine", "1")),
                    null,
                    "127.0.0.1:" + server.port(),
                    "127.0.0.1:" + other.port());

            assertThat(server.requests().getFirst()).contains("authorization: secret");
            assertThat(other.requests().getFirst())
                    .contains("X-Mine: 1")
                    .contains("Host: 127.0.0.1:" + other.port())
                    .doesNotContain("secret");
        }
    }

    @Test
    void theBodyOfARedirectIsNotRead() throws IOException {
        try (RawServer other = RawServer.always(OK);
                RawServer server =
                        RawServer.always(
                                redirect(other.url()).replace(": 0", ": 100000000000") + "some");
                Fetching fetching = Fetching.locally()) {
            HttpAnswer answer =
                    fetching.get(
                            server.url(),
                            "127.0.0.1:" + server.port(),
                            "127.0.0.1:" + other.port());

            assertThat(answer.url()).isEqualTo(other.url());
        }
    }

    private static String redirect(String location) {
        return "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
    }
}
