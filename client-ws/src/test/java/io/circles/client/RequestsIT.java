package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
@Tag("waiting")
class RequestsIT {
    private FakeCircle fake;
    private CircleClient client;

    @BeforeEach
    void start() throws InterruptedException {
        fake = FakeCircle.open();
        client = CircleClient.builder(fake.uri()).requestTimeout(Duration.ofSeconds(20)).connect();
    }

    @AfterEach
    void stop() {
        client.close();
        fake.close();
    }

    private CircleClient impatient() throws InterruptedException {
        return CircleClient.builder(fake.uri()).requestTimeout(Duration.ofMillis(200)).connect();
    }

    private List<RpcMessage.Notification> notifications() {
        return fake.received().stream()
                .filter(RpcMessage.Notification.class::isInstance)
                .map(RpcMessage.Notification.class::cast)
                .toList();
    }

    @Test
    void whatIsTooBigForTheCircleIsNotSent() throws Exception {
        fake.messageLimit(1_000);
        try (CircleClient told = CircleClient.builder(fake.uri()).connect()) {
            String fits = "é".repeat(450);
            assertThat(told.play(fits).output()).isEqualTo(fits);

            CircleException refused =
                    catchThrowableOfType(
                            CircleException.class, () -> told.play("é".repeat(500), null));
            assertThat(refused.code()).isEqualTo(ErrorCode.REQUEST_TOO_BIG);
            assertThat(refused.error().data().path("limit").asInt()).isEqualTo(1_000);
            assertThat(refused.error().data().path("used").asInt()).isBetween(1_001, 1_200);
            assertThat(fake.requests()).containsExactly("play");
        }
    }

    @Test
    void aRequestThatIsLateSaysHowLongItHad() {
        fake.on("play", (_, _) -> {});

        assertThatThrownBy(
                        () ->
                                client.play(
                                        "1",
                                        null,
                                        CallOptions.standard().withTimeout(Duration.ofMillis(300))))
                .isInstanceOf(RequestTimeoutException.class)
                .hasMessage("play was not answered within 300 ms");
    }

    @Test
    void aPlayAnswersWithWhatTheScriptMade() throws Exception {
        var played = client.play("let x = 1");

        assertThat(played.output()).isEqualTo("let x = 1");
        assertThat(played.value()).isEqualTo(FakeCircle.parsed("{\"script\":\"let x = 1\"}"));
        assertThat(played.usage().cpuMs()).isEqualTo(2);
    }

    @Test
    void theArgumentOfAPlayIsAnyJson() throws Exception {
        record Order(int itemCount, List<String> tags) {}

        assertThat(client.play("s", new Order(2, List.of("a"))).value().get("args"))
                .isEqualTo(FakeCircle.parsed("{\"item_count\":2,\"tags\":[\"a\"]}"));
        assertThat(client.play("s", "text").value().get("args").textValue()).isEqualTo("text");
        assertThat(client.play("s", null).value().get("args").isNull()).isTrue();
        assertThat(client.play("s").value().has("args")).isFalse();
    }

    @Test
    void anyMethodCanBeCalledAndItsResultReadAsAnyType() throws Exception {
        fake.on(
                "echo",
                (ws, request) -> FakeCircle.result(ws, request, FakeCircle.params(request)));

        assertThat(client.request("echo", List.of(1, 2), JsonNode.class).toString())
                .isEqualTo("[1,2]");
        assertThat((Object) client.request("echo", Map.of("a", 1), Map.class))
                .isEqualTo(Map.of("a", 1));
        assertThatThrownBy(() -> client.request("echo", List.of(), String.class))
                .isInstanceOf(BadReplyException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.request("echo", "bare", JsonNode.class));
    }

    @Test
    void whoamiAndLogoutSpeakForThemselves() throws Exception {
        fake.answer(
                "whoami",
                "{\"authenticated\":false,\"pubkey\":null,\"circle\":\"02\",\"roles\":[],\"capabilities\":[],\"new\":1}");
        fake.answer("logout", "{\"authenticated\":false}");

        assertThat(client.whoami().circle()).isEqualTo("02");
        client.logout();
        assertThat(fake.received())
                .filteredOn(RpcMessage.Request.class::isInstance)
                .allMatch(message -> ((RpcMessage.Request) message).params() == null);
    }

    @Test
    void anErrorOfTheCircleComesAsItStandsOnTheWire() {
        fake.fail("play", ErrorCode.BUSY);

        CircleException e = catchThrowableOfType(CircleException.class, () -> client.play("1"));
        assertThat(e.code()).isEqualTo(ErrorCode.BUSY);
        assertThat(e.error().data())
                .isEqualTo(FakeCircle.parsed("{\"kind\":\"busy\",\"retryable\":true}"));
    }

    @Test
    void answersFindTheirRequestsInAnyOrder() throws Exception {
        var held = new LinkedBlockingQueue<Runnable>();
        fake.on(
                "echo",
                (ws, q) -> held.add(() -> FakeCircle.result(ws, q, FakeCircle.params(q).get(0))));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers =
                    IntStream.range(0, 100).mapToObj(i -> threads.submit(echo(i))).toList();
            Awaitility.await().until(() -> held.size() == 100);
            held.stream().toList().reversed().forEach(Runnable::run);

            for (int i = 0; i < 100; i++) {
                assertThat(answers.get(i).get()).isEqualTo(i);
            }
        }
    }

    private Callable<Integer> echo(int number) {
        return () -> client.request("echo", List.of(number), Integer.class);
    }

    @Test
    void moreThanAThousandWaitingRequestsAreTooMany() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> waiting =
                    IntStream.range(0, PendingCalls.MAX)
                            .mapToObj(i -> threads.submit(this::never))
                            .toList();
            Awaitility.await().until(() -> fake.requests().size() == PendingCalls.MAX);

            CircleException e = catchThrowableOfType(CircleException.class, () -> client.play("1"));
            assertThat(e.code()).isEqualTo(ErrorCode.BUSY);
            assertThat(waiting).noneMatch(Future::isDone);
            client.close();
        }
    }

    private JsonNode never() throws InterruptedException {
        return client.request("never", null, JsonNode.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":99}",
                "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":\"1\"}",
                "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,\"message\":\"x\"},\"id\":null}",
                "[{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}]",
                "{\"jsonrpc\":\"2.0\",\"method\":\"play\",\"id\":1}",
                "{\"id\":1,\"result\":{}}",
                "garbage",
                "",
            })
    void whatMakesNoSenseDisturbsNobody(String nonsense) throws Exception {
        fake.on(
                "play",
                (ws, request) -> {
                    IntStream.range(0, RpcLink.MAX_NONSENSE - 1).forEach(i -> ws.send(nonsense));
                    FakeCircle.result(ws, request, FakeCircle.played("good", null));
                });

        assertThat(client.play("1").output()).isEqualTo("good");
        assertThat(client.play("2").output()).isEqualTo("good");
    }

    @Test
    void nothingButNonsenseEndsTheConnection() {
        fake.on(
                "play",
                (ws, request) ->
                        IntStream.range(0, RpcLink.MAX_NONSENSE).forEach(i -> ws.send("garbage")));

        assertThat(catchThrowableOfType(ConnectionLostException.class, () -> client.play("1")))
                .returns(1002, ConnectionLostException::closeCode);
    }

    @Test
    void aRequestThatTakesTooLongIsCancelledAndTheConnectionLivesOn() throws Exception {
        fake.on("slow", (ws, request) -> {});
        try (CircleClient impatient = impatient()) {
            assertThatThrownBy(() -> impatient.request("slow", null, JsonNode.class))
                    .isInstanceOf(RequestTimeoutException.class);

            Awaitility.await().until(() -> !notifications().isEmpty());
            assertThat(notifications())
                    .containsExactly(
                            new RpcMessage.Notification("cancel", FakeCircle.parsed("{\"id\":1}")));
            assertThat(impatient.play("1").output()).isEqualTo("1");
        }
    }

    @Test
    void anInterruptCancelsTheRequestAndTheConnectionLivesOn() throws Exception {
        Thread test = Thread.currentThread();
        fake.on("slow", (ws, request) -> test.interrupt());

        assertThatThrownBy(() -> client.request("slow", null, JsonNode.class))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        Awaitility.await().until(() -> notifications().size() == 1);
        assertThat(client.play("1").output()).isEqualTo("1");
    }

    @Test
    void anAnswerThatComesTooLateIsNoNonsense() throws Exception {
        var late = new LinkedBlockingQueue<Runnable>();
        fake.on(
                "slow",
                (ws, q) -> late.add(() -> FakeCircle.result(ws, q, FakeCircle.parsed("1"))));
        try (CircleClient impatient = impatient()) {
            assertThatThrownBy(() -> impatient.request("slow", null, JsonNode.class))
                    .isInstanceOf(RequestTimeoutException.class);
            for (int i = 0; i <= RpcLink.MAX_NONSENSE; i++) {
                late.element().run();
            }

            assertThat(impatient.play("1").output()).isEqualTo("1");
        }
    }
}
