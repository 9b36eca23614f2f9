package io.circles.server.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.server.socket.HttpAnswer;
import io.circles.server.socket.RawSocket;
import io.circles.server.transport.Admission.Destination;
import io.circles.server.transport.Admission.Refused;
import io.circles.server.transport.Admission.RequestHead;
import io.circles.server.transport.Admission.Routed;
import io.circles.server.transport.Admission.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How routes are asked and answered over a real socket.
class PlainHttpIT {
    private static final String JSON = "Content-Type: application/json";
    private static final Duration LONG = Duration.ofSeconds(20);

    /// Past the threads that the network library has.
    private static final int MANY = 300;

    private static final Route ECHO =
            new Route(
                    "POST",
                    RoutePath.of("echo"),
                    Optional.of(new Route.Body("application/json", 10, Duration.ofMillis(300))),
                    request ->
                            request.header("X-Stranger")
                                    .map(_ -> RouteResponse.error(401, "who are you?")),
                    request -> RouteResponse.text(200, new String(request.body(), UTF_8)));

    private final CountDownLatch end = new CountDownLatch(1);
    private final Route wait =
            Route.get(
                    RoutePath.of("wait"),
                    _ -> {
                        end.await();
                        return RouteResponse.text(200, "at last");
                    });
    private static final Route FAIL =
            Route.get(
                    RoutePath.of("fail"),
                    _ -> {
                        throw new IllegalStateException("a secret");
                    });
    private static final Route THREAD =
            Route.get(
                    RoutePath.of("thread"),
                    _ -> RouteResponse.text(200, "" + Thread.currentThread().isVirtual()));

    private final RoutesInFlight reading = new RoutesInFlight(MANY);
    private final RoutesInFlight inFlight = new RoutesInFlight(MANY);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final WebSockets network = new WebSockets(new ByPath(), threads, timer);
    private InetSocketAddress address;

    /// Finds the tests' routes.
    private final class ByPath implements Admission {
        @Override
        public Verdict decide(RequestHead request) {
            return Refused.NO_CIRCLE;
        }

        @Override
        public Destination route(String method, RequestHead request) {
            return List.of(ECHO, wait, FAIL, THREAD).stream()
                    .filter(route -> route.method().equals(method.replace("HEAD", "GET")))
                    .filter(route -> route.path().match(request.path().substring(1)).isPresent())
                    .findFirst()
                    .<Destination>map(route -> new Routed(route, Map.of(), reading, inFlight))
                    .orElse(Refused.NO_CIRCLE);
        }
    }

    @BeforeEach
    void start() throws IOException {
        WebSockets.Listening listening =
                network.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listening.accept().run();
        address = listening.address();
    }

    @AfterEach
    void stop() {
        end.countDown();
        network.close();
        timer.shutdownNow();
        threads.shutdownNow();
    }

    private HttpAnswer ask(String method, String path, String... more) {
        return RawSocket.request(
                address,
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: a\r\n"
                        + String.join("\r\n", more)
                        + "\r\n");
    }

    private HttpAnswer get(String path) {
        return ask("GET", path);
    }

    private HttpAnswer echo(String body, String... headers) {
        return ask(
                "POST",
                "/echo",
                String.join("\r\n", headers),
                "Content-Length: " + body.length(),
                "",
                body);
    }

    @ParameterizedTest
    @CsvSource({
        JSON,
        "content-type: APPLICATION/JSON",
        "Content-Type: application/json; charset=utf-8"
    })
    void aBodyOfTheRightTypeIsRead(String type) {
        HttpAnswer answer = echo("0123456789", type);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("0123456789");
        assertThat(answer.headers())
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("X-Content-Type-Options", "nosniff")
                .doesNotContainKeys("Access-Control-Allow-Origin", "Server");
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Type: text/plain",
        "Content-Type: application/jsonx",
        "Content-Type: application/x-www-form-urlencoded",
        "X-Content: none"
    })
    void aBodyOfAnotherTypeIsNot(String header) {
        HttpAnswer answer = echo("{}", header);

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.body())
                .isEqualToIgnoringNewLines(
                        "{\"error\":\"the content type must be application/json\"}");
    }

    @Test
    void aBodyThatIsTooBigIsRefusedBeforeItComes() {
        HttpAnswer answer = ask("POST", "/echo", JSON, "Content-Length: 11", "", "");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).contains("10 bytes at most");
    }

    @Test
    void aBodyInChunksIsReadAsFarAsItMayBe() {
        String chunked = "Transfer-Encoding: chunked";

        HttpAnswer right =
                ask("POST", "/echo", JSON, chunked, "", "3\r\nabc\r\n2\r\nde\r\n0\r\n", "");
        assertThat(right.status()).isEqualTo(200);
        assertThat(right.body()).isEqualTo("abcde");

        // whose end never comes
        HttpAnswer big =
                ask("POST", "/echo", JSON, chunked, "", "8\r\n01234567\r\n8\r\n01234567\r\n");
        assertThat(big.status()).isEqualTo(413);

        HttpAnswer broken = ask("POST", "/echo", JSON, chunked, "", "3\r\nabc\r\nx\r\n");
        assertThat(broken.status()).isEqualTo(400);
    }

    @Test
    void aBodyThatDoesNotComeInTimeIsNotWaitedFor() {
        HttpAnswer answer = ask("POST", "/echo", JSON, "Content-Length: 10", "", "half");

        assertThat(answer.status()).isEqualTo(408);
        await().until(() -> reading.size() == 0);
    }

    @Test
    void whoIsRefusedAtTheDoorNeedNotSendABody() {
        HttpAnswer answer = ask("POST", "/echo", "X-Stranger: yes", "Content-Length: 5", "", "");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).isEqualToIgnoringNewLines("{\"error\":\"who are you?\"}");
    }

    @Test
    void whatGoesWrongInsideIsNotTold() {
        HttpAnswer answer = get("/fail");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).contains("internal error ").doesNotContain("secret", "Exception");
    }

    @Test
    void headHasTheHeadOnly() {
        HttpAnswer answer = ask("HEAD", "/thread");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("Content-Length", "4");
    }

    @Test
    void nothingIsReadPastTheAnswerOfAnotherMethod() {
        assertThat(ask("BREW", "/echo").status()).isEqualTo(404);
        assertThat(ask("TRACE", "/echo").status()).isEqualTo(404);
    }

    @Test
    void routesThatBlockHinderNobody() {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<HttpAnswer>> waiting =
                    IntStream.range(0, MANY - 1)
                            .mapToObj(
                                    _ -> CompletableFuture.supplyAsync(() -> get("/wait"), clients))
                            .toList();
            await().until(() -> inFlight.size() == MANY - 1);

            assertThat(get("/thread").body()).isEqualTo("true");
            end.countDown();
            assertThat(waiting.stream().map(CompletableFuture::join).map(HttpAnswer::body))
                    .containsOnly("at last");
        }
    }

    @Test
    void whenAllPlacesAreTakenTheNextIsTurnedAway() {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, MANY).forEach(_ -> clients.execute(() -> get("/wait")));
            await().until(() -> inFlight.size() == MANY);

            assertThat(get("/thread").status()).isEqualTo(503);
            // only a body that has come wants a place
            assertThat(ask("POST", "/echo", JSON, "Content-Length: 10", "", "half").status())
                    .isEqualTo(408);
            assertThat(echo("whole", JSON).status()).isEqualTo(503);
            end.countDown();
        }
        assertThat(get("/thread").status()).isEqualTo(200);
    }

    @Test
    void whatIsInFlightIsWaitedForAndNothingNewIsTaken() {
        CompletableFuture<HttpAnswer> asked =
                CompletableFuture.supplyAsync(() -> get("/wait"), threads);
        await().until(() -> inFlight.size() == 1);
        CompletableFuture<Void> drained = drain(LONG);
        await().until(() -> get("/thread").status() == 503);
        assertThat(drained).isNotDone();
        end.countDown();

        assertThat(asked).succeedsWithin(LONG).returns("at last", HttpAnswer::body);
        assertThat(drained).succeedsWithin(LONG);
    }

    @Test
    void whatDoesNotEndIsInterruptedAndAnswered() {
        CompletableFuture<HttpAnswer> asked =
                CompletableFuture.supplyAsync(() -> get("/wait"), threads);
        await().until(() -> inFlight.size() == 1);

        assertThat(drain(Duration.ofMillis(50))).succeedsWithin(LONG);
        assertThat(asked).succeedsWithin(LONG).returns(503, HttpAnswer::status);
    }

    private CompletableFuture<Void> drain(Duration patience) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        inFlight.drain(patience);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                threads);
    }
}
