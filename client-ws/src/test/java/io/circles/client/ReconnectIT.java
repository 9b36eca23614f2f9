package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcMessage;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// A client whose connection is cut, and what it makes of it.
@Timeout(60)
@Tag("waiting")
class ReconnectIT {
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final List<ClientState> states = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private FakeCircle fake;

    @BeforeEach
    void start() throws InterruptedException {
        fake = FakeCircle.open();
    }

    @AfterEach
    void stop() {
        fake.close();
        threads.shutdownNow();
    }

    private CircleClientBuilder builder() {
        return CircleClient.builder(fake.uri())
                .keyPair(Nonces.CLIENT)
                .requestTimeout(Duration.ofSeconds(20))
                .reconnect(SOON, SOON)
                .onState(states::add);
    }

    private CircleClient connect() throws InterruptedException {
        return builder().connect();
    }

    private <T extends ClientState> T state(Class<T> kind) {
        await().until(() -> states.stream().anyMatch(kind::isInstance));
        return states.stream().filter(kind::isInstance).map(kind::cast).toList().getLast();
    }

    private void awaitReadyAgain() {
        await().until(
                        () ->
                                states.stream().filter(ClientState.Ready.class::isInstance).count()
                                        == 2);
    }

    @Test
    void aLostConnectionIsMadeAgainWithALogInOfItsOwn() throws Exception {
        List<String> challenges = new CopyOnWriteArrayList<>();
        fake.spoilLines(lines -> challenges.add(lines.get(5)));
        try (CircleClient client = connect()) {
            fake.cutAll();
            awaitReadyAgain();

            assertThat(client.play("1").output()).isEqualTo("1");
            assertThat(client.state()).isInstanceOf(ClientState.Ready.class);
            assertThat(fake.requests())
                    .containsExactly(
                            "fetch_nonce", "authenticate", "fetch_nonce", "authenticate", "play");
            assertThat(challenges).hasSize(2).doesNotHaveDuplicates();
        }
        state(ClientState.Closed.class);
        assertThat(states)
                .extracting(state -> state.getClass().getSimpleName())
                .containsExactly("Connecting", "Ready", "Waiting", "Connecting", "Ready", "Closed");
    }

    @Test
    void howLongItWaitsAndWhyCanBeSeen() throws Exception {
        Instant now = Instant.parse("2026-11-20T12:00:00Z");
        try (CircleClient client = builder().reconnect(NEVER, NEVER).clock(() -> now).connect()) {
            fake.cutAll();

            var waiting = state(ClientState.Waiting.class);
            assertThat(waiting.until()).isBetween(now, now.plus(NEVER));
            assertThat(waiting.why()).isInstanceOf(ConnectionLostException.class);
            assertThat(client.state()).isEqualTo(waiting);
        }
    }

    @Test
    void aRequestInFlightFailsAsOneThatMayHaveBeenDone() throws Exception {
        try (CircleClient client = connect()) {
            fake.on("play", (ws, request) -> ws.closeConnection(1006, "cut"));

            assertThat(catchThrowableOfType(ConnectionLostException.class, () -> client.play("1")))
                    .returns(true, ConnectionLostException::mayHaveBeenDone);
            assertThat(fake.params("play")).hasSize(1);
        }
    }

    @Test
    void anIdempotentRequestIsSentAgainWithTheSameKey() throws Exception {
        AtomicInteger plays = new AtomicInteger();
        fake.on(
                "play",
                (ws, request) -> {
                    if (plays.incrementAndGet() < 3) {
                        ws.closeConnection(1006, "cut");
                    } else {
                        FakeCircle.result(ws, request, FakeCircle.played("done", null));
                    }
                });
        try (CircleClient client = connect()) {
            assertThat(client.play("1", null, CallOptions.idempotent()).output()).isEqualTo("done");
            assertThat(client.play("1", null, CallOptions.idempotencyKey("mine")).output())
                    .isEqualTo("done");
            List<String> keys =
                    fake.params("play").stream()
                            .map(params -> params.path("idempotency_key").asText())
                            .toList();
            assertThat(keys).hasSize(4).endsWith("mine");
            assertThat(keys.subList(0, 3)).containsOnly(keys.getFirst());
            assertThat(keys.getFirst()).matches("[0-9a-f]{32}");
        }
    }

    @Test
    void optionsAreNotTakenForArguments() throws Exception {
        try (CircleClient client = connect()) {
            assertThatThrownBy(() -> client.play("1", CallOptions.idempotent()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("options stand behind the args, null for none");
        }
    }

    @Test
    void anIdempotentRequestIsGivenUpAtItsOwnDeadline() throws Exception {
        fake.on("play", (ws, request) -> ws.closeConnection(1006, "cut"));
        try (CircleClient client = builder().reconnect(NEVER, NEVER).connect()) {
            CallOptions options = CallOptions.idempotent().withTimeout(SHORT);

            assertThat(
                            catchThrowableOfType(
                                    ConnectionLostException.class,
                                    () -> client.play("1", null, options)))
                    .returns(true, ConnectionLostException::mayHaveBeenDone)
                    .hasMessageContaining("it was not back within 300 ms");
        }
    }

    @Test
    void aRequestThatIsMadeWhileThereIsNoConnectionWaitsForTheNext() throws Exception {
        try (CircleClient client = connect()) {
            fake.fail("authenticate", ErrorCode.BUSY);
            fake.cutAll();
            state(ClientState.Waiting.class);
            Future<String> waiting = threads.submit(() -> client.play("1").output());
            await().until(() -> fake.params("authenticate").size() > 3);
            assertThat(waiting).isNotDone();
            fake.answer("authenticate", "{\"authenticated\":true}");

            assertThat(waiting.get()).isEqualTo("1");
        }
    }

    @Test
    void aRequestThatWaitedInVainWasNotDone() throws Exception {
        try (CircleClient client =
                builder().reconnect(NEVER, NEVER).requestTimeout(SHORT).connect()) {
            fake.cutAll();
            state(ClientState.Waiting.class);

            assertThat(catchThrowableOfType(ConnectionLostException.class, () -> client.play("1")))
                    .returns(false, ConnectionLostException::mayHaveBeenDone)
                    .hasMessageContaining("it was not back within 300 ms: the connection broke");
        }
    }

    @Test
    void notMoreThanAThousandRequestsWaitForAConnection() throws Exception {
        CircleClient client = builder().reconnect(NEVER, NEVER).connect();
        fake.cutAll();
        state(ClientState.Waiting.class);
        List<Future<CircleApi.Played>> waiting = new ArrayList<>();
        for (int i = 0; i < PendingCalls.MAX + 10; i++) {
            waiting.add(threads.submit(() -> client.play("1")));
        }
        await().until(() -> waiting.stream().filter(Future::isDone).count() == 10);
        client.close();
        await().until(() -> waiting.stream().allMatch(Future::isDone));

        assertThat(waiting.stream().map(ReconnectIT::failure).distinct())
                .containsExactlyInAnyOrder(
                        "the connection broke: there is no connection, and too many requests wait"
                                + " for one",
                        "the connection is closed (1000)");
    }

    private static String failure(Future<?> task) {
        return String.valueOf(task.exceptionNow().getMessage());
    }

    @Test
    void aRequestThatAStoppingCircleRefusesIsMadeAtTheNextOne() throws Exception {
        try (CircleClient client = connect()) {
            stopWith(ErrorCode.BUSY);

            assertThat(client.play("1").output()).isEqualTo("next");
        }
    }

    @Test
    void whatAStoppingCircleCancelsIsMadeAtTheNextOneIfItHasAnIdempotencyKey() throws Exception {
        try (CircleClient client = connect()) {
            stopWith(ErrorCode.CANCELLED);
            assertThat(client.play("1", null, CallOptions.idempotencyKey("mine")).output())
                    .isEqualTo("next");
            assertThat(fake.params("play"))
                    .hasSize(2)
                    .allMatch(params -> params.path("idempotency_key").asText().equals("mine"));

            stopWith(ErrorCode.CANCELLED);
            assertThat(catchThrowableOfType(CircleException.class, () -> client.play("2")))
                    .returns(ErrorCode.CANCELLED, CircleException::code);
        }
    }

    /// The circle stops at the next play, which it answers with this error, and is back for those
    /// after it.
    private void stopWith(ErrorCode code) {
        fake.on(
                "play",
                (ws, request) -> {
                    fake.answer("play", Json.write(FakeCircle.played("next", null)));
                    ws.send(new CircleApi.ServerDraining(1).notification().encode());
                    var error = new CircleException(code).error();
                    ws.send(new RpcMessage.Failure(request.id(), error).encode());
                    ws.close(1012, "restarting");
                });
    }

    @Test
    void aCircleThatRefusesTheLogInIsLeft() throws Exception {
        try (CircleClient client = connect()) {
            fake.fail("authenticate", ErrorCode.INVALID_CREDENTIALS);
            fake.cutAll();

            assertThat(state(ClientState.Closed.class).why()).isInstanceOf(CircleException.class);
            assertThatThrownBy(() -> client.play("1"))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("Invalid Credentials")
                    .hasCauseInstanceOf(CircleException.class);
            assertThat(client.awaitEnd()).hasCauseInstanceOf(CircleException.class);
        }
    }

    @Test
    void aCircleThatIsAnotherNowIsLeftAndNothingSigned() throws Exception {
        try (CircleClient client = connect()) {
            fake.spoilNonce(ReconnectIT::ofAnotherCircle);
            fake.cutAll();

            assertThat(state(ClientState.Closed.class).why())
                    .isInstanceOf(UntrustedCircleException.class);
            assertThat(fake.requests()).containsOnlyOnce("authenticate");
            assertThat(client.circle()).contains(Nonces.CIRCLE.publicKey());
        }
    }

    @Test
    void whatEndsAClientIsOneLineInTheLogWithoutATrace() throws Exception {
        // while another thread sets SLF4J up, loggers are others
        Logger logger =
                (Logger)
                        await().until(
                                        () -> LoggerFactory.getLogger(Reconnector.class),
                                        Logger.class::isInstance);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        try (CircleClient _ = connect()) {
            fake.fail("authenticate", ErrorCode.INVALID_CREDENTIALS);
            fake.cutAll();
            state(ClientState.Closed.class);

            assertThat(log.list).hasSize(1);
            assertThat(log.list.getFirst())
                    .returns("the client does not connect again", ILoggingEvent::getMessage)
                    .returns(null, ILoggingEvent::getThrowableProxy);
            assertThat(log.list.getFirst().getKeyValuePairs().toString())
                    .contains("problem", "Invalid Credentials");
        } finally {
            logger.setAdditive(true);
            logger.setLevel(null);
            logger.detachAppender(log);
        }
    }

    private static CircleApi.Nonce ofAnotherCircle(CircleApi.Nonce nonce) {
        List<String> lines = new ArrayList<>(List.of(nonce.nonce().split("\n")));
        lines.set(2, "circle: " + Nonces.OTHER_CIRCLE.publicKey());
        return Nonces.proven(Nonces.OTHER_CIRCLE, lines);
    }

    private record Wallet(List<RuntimeException> failures) implements Signer {
        @Override
        public PublicKey publicKey() {
            return Nonces.CLIENT.publicKey();
        }

        @Override
        public Signature sign(byte[] message) {
            if (!failures.isEmpty()) {
                throw failures.removeFirst();
            }
            return Nonces.CLIENT.sign(message);
        }
    }

    @Test
    void aSignerThatIsAwayIsAskedAgain() throws Exception {
        Wallet wallet = new Wallet(new CopyOnWriteArrayList<>());
        try (CircleClient client = builder().signer(wallet).connect()) {
            wallet.failures.add(new SignerUnavailableException("unplugged", null));
            wallet.failures.add(new SignerUnavailableException("unplugged", null));
            fake.cutAll();
            awaitReadyAgain();

            assertThat(client.play("1").output()).isEqualTo("1");
            assertThat(fake.params("fetch_nonce")).hasSize(4);
        }
    }

    @Test
    void aSignerThatRefusesEndsTheClient() throws Exception {
        Wallet wallet = new Wallet(new CopyOnWriteArrayList<>());
        RuntimeException no = new UnsupportedOperationException("the owner said no");
        try (CircleClient client = builder().signer(wallet).connect()) {
            wallet.failures.add(no);
            fake.cutAll();

            assertThat(state(ClientState.Closed.class).why()).isSameAs(no);
            assertThatThrownBy(() -> client.play("1")).hasMessageContaining("the owner said no");
        }
    }

    @Test
    void closingEndsTheWaitingAtOnce() throws Exception {
        CircleClient client = builder().reconnect(NEVER, NEVER).connect();
        fake.cutAll();
        state(ClientState.Waiting.class);
        Future<CircleApi.Played> waiting = threads.submit(() -> client.play("1"));
        client.close();

        assertThatThrownBy(waiting::get).hasCauseInstanceOf(ConnectionLostException.class);
        assertThat(client.awaitEnd()).returns(1000, ConnectionLostException::closeCode);
    }

    @Test
    void theFirstConnectIsTriedAgainWhereThatIsWanted() throws Exception {
        fake.fail("authenticate", ErrorCode.BUSY);
        assertThatThrownBy(() -> builder().connect()).isInstanceOf(CircleException.class);
        assertThatThrownBy(() -> builder().connectPatience(SHORT).connect())
                .isInstanceOf(CircleException.class);
        assertThat(fake.params("authenticate")).hasSizeGreaterThan(2);

        Future<CircleClient> client =
                threads.submit(() -> builder().connectPatience(NEVER).connect());
        fake.answer("authenticate", "{\"authenticated\":true}");
        client.get().close();
    }

    private List<JsonNode> subscribed() {
        AtomicInteger ids = new AtomicInteger();
        List<JsonNode> params = new CopyOnWriteArrayList<>();
        fake.on(
                "subscribe",
                (ws, request) -> {
                    params.add(FakeCircle.params(request));
                    var reply = new CircleApi.Subscribed("s" + ids.incrementAndGet(), 7, false);
                    FakeCircle.result(ws, request, Json.tree(reply));
                });
        return params;
    }

    private void publish(String subscription, long seq, long prev) {
        fake.tellAll(
                new CircleApi.Published(subscription, "t", Json.text("x"), seq, prev)
                        .notification());
    }

    @Test
    void subscriptionsAreRestoredFromTheLastEventThatCame() throws Exception {
        List<JsonNode> params = subscribed();
        fake.answer("unsubscribe", "{\"unsubscribed\":true}");
        List<Object> heard = new CopyOnWriteArrayList<>();
        try (CircleClient client = connect();
                Subscription subscription =
                        client.subscribe("t", event -> heard.add(event.seq()), heard::add)) {
            publish("s1", 9, 7);
            await().until(() -> heard.size() == 1);
            assertThat(subscription.position()).isEqualTo(9);
            fake.cutAll();
            awaitReadyAgain();
            publish("s2", 11, 9);
            publish("s2", 14, 12);

            await().untilAsserted(
                            () ->
                                    assertThat(heard)
                                            .containsExactly(9L, 11L, new EventGap(11, 12), 14L));
            assertThat(subscription.id()).isEqualTo("s2");
            assertThat(subscription.seq()).isEqualTo(7);
            assertThat(params)
                    .containsExactly(
                            FakeCircle.parsed("{\"topic\":\"t\"}"),
                            FakeCircle.parsed("{\"topic\":\"t\",\"after\":9}"));
        }
    }

    @Test
    void aSubscriptionThatIsNotAllowedAnyMoreSaysSo() throws Exception {
        var _ = subscribed();
        List<EventGap> gaps = new CopyOnWriteArrayList<>();
        try (CircleClient client = connect()) {
            client.subscribe("t", event -> {}, gaps::add);
            fake.fail("subscribe", ErrorCode.FORBIDDEN);
            fake.cutAll();
            awaitReadyAgain();

            await().until(() -> gaps.stream().anyMatch(EventGap::isEnd));
            assertThat(client.play("1").output()).isEqualTo("1");
        }
    }

    @Test
    void aSubscriptionThatWasEndedIsNotRestored() throws Exception {
        List<JsonNode> params = subscribed();
        fake.answer("unsubscribe", "{\"unsubscribed\":true}");
        try (CircleClient client = connect()) {
            client.subscribe("t", event -> {}).close();
            fake.cutAll();
            awaitReadyAgain();

            assertThat(client.play("1").output()).isEqualTo("1");
            assertThat(params).hasSize(1);
        }
    }

    @Test
    void whatWasOpenToSignIsAskedAgainOnTheNextConnection() throws Exception {
        Decider deciding = Decider.held(request -> SignDecision.approve());
        try (CircleClient client = builder().onSignRequest(deciding).connect()) {
            fake.tell("sign_request", SignRequests.wire("r1"));
            await().until(() -> deciding.asked.size() == 1);
            fake.cutAll();
            awaitReadyAgain();
            fake.tell("sign_request", SignRequests.wire("r1"));
            await().until(() -> deciding.asked.size() == 2);
            deciding.permits.release(2);

            await().until(() -> fake.params("sign_respond").size() == 1);
            assertThat(client.state()).isInstanceOf(ClientState.Ready.class);
        }
    }

    private static CircleClientBuilder same(CircleClientBuilder builder) {
        return builder;
    }

    private void sessionOf(long seconds, UnaryOperator<CircleClientBuilder> more, Runnable then)
            throws InterruptedException {
        fake.sessionsOf(seconds);
        try (CircleClient client =
                more.apply(builder().keepAlive(Duration.ofSeconds(1))).connect()) {
            then.run();
            assertThat(client.state()).isInstanceOf(ClientState.Ready.class);
            assertThat(states).doesNotHaveAnyElementsOfTypes(ClientState.Waiting.class);
        }
    }

    @Test
    void aSessionIsRenewedBeforeItsEndByTheCirclesClock() throws Exception {
        sessionOf(
                2,
                ReconnectIT::same,
                () -> await().until(() -> fake.params("authenticate").size() > 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {-12, -1, 1, 12, 24 * 365 * 40})
    void aCircleWhoseClockIsHoursAheadOrBehindIsLoggedInToAndRenewedInTime(long hours)
            throws Exception {
        Instant theirs =
                Instant.now().plus(Duration.ofHours(hours)).truncatedTo(ChronoUnit.SECONDS);
        fake.spoilLines(
                lines -> {
                    lines.set(6, "issued: " + theirs);
                    lines.set(7, "expires: " + theirs.plusSeconds(60));
                });
        long left = Duration.between(SignRequests.NOW, theirs.plusSeconds(3)).toSeconds();
        sessionOf(
                left,
                ReconnectIT::same,
                () -> await().until(() -> fake.params("authenticate").size() > 1));
    }

    @Test
    void aCircleWhoseSessionsEndBeforeTheyBeginDoesNotKeepTheSignerBusy() throws Exception {
        long start = System.nanoTime();
        sessionOf(
                -100,
                ReconnectIT::same,
                () -> {
                    await().until(() -> fake.params("authenticate").size() > 3);
                    int logIns = fake.params("authenticate").size();
                    Duration passed = Duration.ofNanos(System.nanoTime() - start);
                    assertThat(logIns).isLessThanOrEqualTo((int) (passed.toMillis() / 100) + 1);
                });
    }

    @Test
    void aSessionThatLastsIsLeftAlone() throws Exception {
        sessionOf(
                3600,
                ReconnectIT::same,
                () -> await().during(SHORT).until(() -> fake.params("authenticate").size() == 1));
    }

    @Test
    void aRenewalThatTheSignerPutsOffIsTriedAgainBeforeTheEnd() throws Exception {
        Wallet wallet = new Wallet(new CopyOnWriteArrayList<>());
        sessionOf(
                4,
                builder -> builder.signer(wallet),
                () -> {
                    wallet.failures.add(new UnsupportedOperationException("not now"));
                    await().atMost(Duration.ofSeconds(30))
                            .until(() -> fake.params("authenticate").size() == 2);
                });
    }

    @Test
    void whatEndedWithAnExpiredSessionIsRestored() throws Exception {
        List<JsonNode> params = subscribed();
        try (CircleClient client = connect()) {
            client.subscribe("t", event -> {});
            fake.tellAll(new CircleApi.SessionExpired("02", 1).notification());

            await().until(() -> params.size() == 2);
            assertThat(fake.params("authenticate")).hasSize(2);
            assertThat(client.state()).isInstanceOf(ClientState.Ready.class);
        }
    }

    @Test
    void aRequestThatFindsTheSessionExpiredIsMadeInTheNextOne() throws Exception {
        fake.on(
                "play",
                (ws, request) -> {
                    fake.answer("play", Json.write(FakeCircle.played("renewed", null)));
                    var error = new CircleException(ErrorCode.SESSION_EXPIRED).error();
                    ws.send(new RpcMessage.Failure(request.id(), error).encode());
                });
        try (CircleClient client = connect()) {
            assertThat(client.play("1").output()).isEqualTo("renewed");
            assertThat(fake.params("authenticate")).hasSize(2);
        }
    }

    @Test
    void whoIsClosedWhileTheSessionIsRenewedLogsNothing() throws Exception {
        // while another thread sets SLF4J up, loggers are others
        Logger logger =
                (Logger)
                        await().until(
                                        () -> LoggerFactory.getLogger(Renewal.class),
                                        Logger.class::isInstance);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        try {
            CircleClient client = connect();
            fake.on("fetch_nonce", (_, _) -> {});
            fake.tellAll(new CircleApi.SessionExpired("02", 1).notification());
            await().until(() -> fake.params("fetch_nonce").size() == 2);
            client.close();

            await().during(SHORT).until(log.list::isEmpty);
        } finally {
            logger.setAdditive(true);
            logger.setLevel(null);
            logger.detachAppender(log);
        }
    }

    @Test
    void whoHasLoggedOutStaysSo() throws Exception {
        fake.answer("logout", "{\"authenticated\":false}");
        try (CircleClient client = connect()) {
            client.logout();
            fake.cutAll();
            awaitReadyAgain();

            assertThat(client.play("1").output()).isEqualTo("1");
            assertThat(fake.params("authenticate")).hasSize(1);
        }
    }
}
