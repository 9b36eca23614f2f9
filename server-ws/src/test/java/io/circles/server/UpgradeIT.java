package io.circles.server;

import static io.circles.server.TestCircles.address;
import static io.circles.server.TestCircles.host;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.server.socket.HttpAnswer;
import io.circles.server.socket.RawSocket;
import io.circles.server.transcript.Cast;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who gets in, by HTTP status.
class UpgradeIT {
    private static CircleHost host;
    private static CircleServer circle;

    @BeforeAll
    static void start() throws IOException {
        host = CircleHost.start(new StubScripts());
        circle = host.mount(TestCircles.circle().build());
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static HttpAnswer knock(String path, String... headers) {
        return RawSocket.knock(address(circle), path, host(circle), headers);
    }

    private static String path() {
        return "/" + circle.publicKey().hex();
    }

    @Test
    void theCirclesKeyAndNothingAtAllAreItsPaths() throws IOException {
        assertThat(knock(path()).status()).isEqualTo(101);
        assertThat(knock("/").status()).isEqualTo(101);
        assertThat(knock("/?query=is&not=read").status()).isEqualTo(101);
    }

    @Test
    void whoGetsInIsToldHowMuchIsRead() {
        assertThat(knock(path()).headers()).containsEntry("Circles-Message-Limit", "1048576");
        assertThat(knock("/x").headers()).doesNotContainKey("Circles-Message-Limit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/x",
                "//",
                "//x",
                "///",
                "/%7B",
                "/%20",
                "/ws",
                "/a/b",
                "/+",
                "/=",
                "/02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
                "/020000000000000000000000000000000000000000000000000000000000000005",
                "/0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f8179800"
            })
    void aPathWithoutACircleOfThisPortIsNotFound(String path) throws IOException {
        assertThat(knock(path).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/[",
                "/|",
                "/{}",
                "/%",
                "/%zz",
                "/%ff",
                "/%25",
                "/\u0001",
                "/..;/x",
                "/%2e%2e/"
            })
    void aPathThatIsNotEvenHttpIsRefusedToo(String path) throws IOException {
        assertThat(knock(path).status()).isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.com", "127.0.0.1", "127.0.0.1:1", "localhost", "[::1]:9001"})
    void aForeignHostIsForbidden(String foreign) throws IOException {
        assertThat(RawSocket.knock(address(circle), path(), foreign).status()).isEqualTo(403);
    }

    @Test
    void theOtherNameOfTheLoopbackIsNotForeign() throws IOException {
        String other = "LOCALHOST:" + circle.url().getPort();

        assertThat(RawSocket.knock(address(circle), path(), other).status()).isEqualTo(101);
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.com, 403",
        "null, 403",
        "//localhost, 403",
        "http://localhost:5173, 101",
        "http://127.0.0.1, 101"
    })
    void aForeignPageIsForbiddenAndALoopbackPageIsNot(String page, int status) throws IOException {
        assertThat(knock(path(), "Origin: " + page).status()).isEqualTo(status);
    }

    @Test
    void aFullCircleSaysSoUntilThereIsRoomAgain() throws IOException {
        CircleConfig config =
                CircleConfig.builder("small", Cast.ALICE.pair())
                        .port(0)
                        .limits(Limits.DEFAULTS.with(Limit.CONNECTIONS, 1))
                        .build();
        try (CircleServer small = host.mount(config)) {
            try (RawSocket _ = RawSocket.dial(small.url())) {
                await().until(() -> small.connections() == 1);
                assertThat(RawSocket.knock(address(small), "/", host(small)).status())
                        .isEqualTo(503);
                assertThat(knock("/").status()).isEqualTo(101);
            }
            await().until(() -> small.connections() == 0);
            try (RawSocket _ = RawSocket.dial(small.url())) {
                await().until(() -> small.connections() == 1);
            }
        }
    }

    @Test
    void whoComeAtOnceGetNoMorePlacesThanThereAre() throws IOException {
        CircleConfig config =
                CircleConfig.builder("small", Cast.ALICE.pair())
                        .port(0)
                        .limits(Limits.DEFAULTS.with(Limit.CONNECTIONS, 3))
                        .build();
        List<RawSocket> in = new CopyOnWriteArrayList<>();
        try (CircleServer small = host.mount(config)) {
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                IntStream.range(0, 30).forEach(_ -> clients.execute(() -> comeIn(small, in)));
            }

            assertThat(in).hasSize(3);
            assertThat(small.connections()).isEqualTo(3);
        } finally {
            in.forEach(RawSocket::close);
        }
    }

    /// Adds a connection that was let in and is answered; others are refused or closed.
    private static void comeIn(CircleServer circle, List<RawSocket> in) {
        Optional<RawSocket> socket = RawSocket.tryToDial(circle.url());
        if (socket.isPresent()) {
            socket.get().send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"whoami\"}");
            if (socket.get().receive().contains("result")) {
                in.add(socket.get());
            } else {
                socket.get().close();
            }
        }
    }

    @Test
    void whoAsksPlainlyIsToldToUpgrade() throws IOException {
        HttpAnswer answer = get(path(), host(circle));

        assertThat(answer.status()).isEqualTo(426);
        assertThat(answer.headers()).containsEntry("Upgrade", "websocket");
        assertThat(get("/", host(circle)).status()).isEqualTo(426);
        assertThat(get("/x", host(circle)).status()).isEqualTo(404);
        assertThat(get("/", "evil.com").status()).isEqualTo(403);
    }

    private static HttpAnswer get(String path, String host) {
        return RawSocket.request(
                address(circle), "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    @Test
    void compressionIsNotNegotiatedAndTheServerDoesNotSayWhatItIs() throws IOException {
        HttpAnswer answer =
                knock(
                        path(),
                        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");

        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.headers()).doesNotContainKeys("Sec-WebSocket-Extensions", "Server");
    }

    @Test
    void aCircleOnTheIpv6LoopbackIsReachedThere() throws IOException {
        CircleConfig config =
                CircleConfig.builder("six", Cast.BOB.pair())
                        .host("0:0:0:0:0:0:0:1")
                        .port(0)
                        .build();
        try (CircleServer six = host.mount(config)) {
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.ofLiteral("::1"), six.url().getPort());

            assertThat(six.url().getHost()).isEqualTo("[::1]");
            assertThat(RawSocket.knock(address, "/", host(six)).status()).isEqualTo(101);
        }
    }
}
