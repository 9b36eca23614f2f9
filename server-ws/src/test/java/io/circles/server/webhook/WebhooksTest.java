package io.circles.server.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.core.JsonPointer;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.Wildcard;
import io.circles.server.pace.HandlerRuns;
import io.circles.server.session.TestClock;
import io.circles.server.store.HookRow;
import io.circles.server.store.HookState;
import io.circles.server.transport.RouteResponse;
import io.circles.server.webhook.provider.Idenfy;
import io.circles.server.webhook.provider.Stripe;
import io.circles.server.webhook.provider.Tolerance;
import io.circles.server.webhook.provider.Webhook;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.slf4j.LoggerFactory;

/// From a delivery to the run of the circle's code, without a network.
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("log of HandlerRuns")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WebhooksTest {
    private static final String SECRET = "whsec_of_one_circle_of_tests";
    private static final Webhook STRIPE =
            new Webhook(
                    "stripe",
                    new Stripe(Tolerance.DEFAULT),
                    List.of(SECRET),
                    List.of(
                            new Webhook.Route(Wildcard.of("invoice.paid"), "onPaid"),
                            new Webhook.Route(Wildcard.of("invoice.*"), "onInvoice")),
                    Optional.of(JsonPointer.compile("/data/object/id")));
    private static final Webhook IDENFY =
            new Webhook("idenfy", new Idenfy(), List.of(SECRET), List.of(), Optional.empty());
    private static final long ROOM = 1 << 20;
    private static final String APPROVED = "{\"status\":{\"overall\":\"APPROVED\"}}";

    private final TestClock clock = new TestClock();
    @TempDir private Path folder;
    private Inbox inbox;

    @BeforeEach
    void start() {
        inbox = new Inbox(folder, clock, ROOM, Inbox.LIMITS, STRIPE, IDENFY);
    }

    @AfterEach
    void stop() {
        inbox.close();
    }

    private void restart() {
        inbox.close();
        start();
    }

    private static String event(String id, String type) {
        return event(id, type, "obj_" + id);
    }

    private static String event(String id, String type, String object) {
        return """
        {"id": "%s", "type": "%s", "created": 1795176000, "data": {"object": {"id": "%s"}}}"""
                .formatted(id, type, object);
    }

    private static void fail() {
        throw new CircleException(ErrorCode.SCRIPT_ERROR, "no such customer");
    }

    private void awaitRuns(int count) {
        await().until(() -> inbox.runs.size() >= count);
    }

    private void awaitState(long number, HookState state) {
        await().until(() -> stateOf(number).filter(state::equals).isPresent());
    }

    private Optional<HookState> stateOf(long number) {
        return inbox.store.find(number).map(HookRow::state);
    }

    private List<String> ids() {
        return inbox.runs.stream().map(run -> run.event().path("id").asText()).toList();
    }

    private static void assertAnswer(RouteResponse answer, int status, String words) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(new String(answer.body(), UTF_8)).contains(words);
    }

    @Test
    void whatIsGenuineIsRunWithAllThatItSays() throws Exception {
        byte[] body = event("evt_1", "charge.succeeded").getBytes(UTF_8);
        Map<String, String> headers =
                new HashMap<>(
                        STRIPE.provider()
                                .sign(body, STRIPE.keys().getFirst(), "", clock.instant()));
        headers.put("User-Agent", "Stripe/1.0");
        headers.put("Authorization", "Bearer of somebody");
        headers.put("Cookie", "a=b");

        assertAnswer(inbox.send("stripe", headers, body), 200, "\"known\":false");
        awaitRuns(1);

        Inbox.Ran run = inbox.runs.getFirst();
        assertThat(run.function()).isEqualTo("onWebhook");
        assertThat(run.occasion()).matches("webhook/stripe/[0-9a-f]{64}");
        assertThat(run.event())
                .isEqualTo(
                        Json.parse(
                                """
                                {"id": "evt_1", "provider": "stripe", "type": "charge.succeeded",
                                 "created": 1795176000000, "attempt": 1,
                                 "headers": {"user-agent": "Stripe/1.0"},
                                 "payload": %s}"""
                                        .formatted(new String(body, UTF_8))));
        awaitState(1, HookState.DONE);
        await().until(() -> inbox.meter.all().equals(List.of("stripe new", "stripe done")));
    }

    @Test
    void aTypeLeadsToTheFirstRouteThatFits() {
        List.of("invoice.paid", "invoice.created", "charge.failed")
                .forEach(type -> inbox.deliver(STRIPE, event(type, type)));
        awaitRuns(3);

        assertThat(inbox.runs)
                .extracting(run -> run.event().path("type").asText() + " " + run.function())
                .containsExactlyInAnyOrder(
                        "invoice.paid onPaid",
                        "invoice.created onInvoice",
                        "charge.failed onWebhook");
    }

    @Test
    void anEventThatComesAgainIsKnownWhateverItsBytes() {
        assertAnswer(inbox.deliver(STRIPE, event("evt_1", "a")), 200, "\"known\":false");
        assertAnswer(inbox.deliver(STRIPE, event("evt_1", "a")), 200, "\"known\":true");
        assertAnswer(inbox.deliver(STRIPE, event("evt_1", "b")), 200, "\"known\":true");
        assertAnswer(inbox.deliver(STRIPE, event("evt_2", "a")), 200, "\"known\":false");
        awaitState(2, HookState.DONE);

        assertThat(ids()).containsExactlyInAnyOrder("evt_1", "evt_2");
    }

    @Test
    void anApprovalIsKnownForEverAndAnEventWithATimeFor90Days() {
        inbox.deliver(IDENFY, APPROVED);
        inbox.deliver(STRIPE, event("evt_1", "a"));
        awaitState(2, HookState.DONE);
        clock.pass(Duration.ofDays(3_650));
        restart();
        inbox.deliver(STRIPE, event("evt_2", "a"));

        assertAnswer(inbox.deliver(IDENFY, APPROVED), 200, "\"known\":true");
        assertAnswer(inbox.deliver(STRIPE, event("evt_1", "a")), 200, "\"known\":false");
    }

    @Test
    void whatKeepsAllHandlersFromRunningIsOneLineWithoutATrace() {
        // while another thread sets SLF4J up, loggers are others
        Logger logger =
                (Logger)
                        await().until(
                                        () -> LoggerFactory.getLogger(HandlerRuns.class),
                                        Logger.class::isInstance);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.INFO);
        try {
            inbox.work =
                    _ -> {
                        throw new CircleException(ErrorCode.NO_WORKER);
                    };
            inbox.deliver(STRIPE, event("evt_1", "a"));
            inbox.deliver(STRIPE, event("evt_2", "a"));
            awaitRuns(2);
            passUntilRuns(4);
            inbox.work = _ -> true;
            awaitDone();
            assertThat(log.list)
                    .singleElement()
                    .satisfies(
                            line -> {
                                assertThat(line.getLevel()).isEqualTo(Level.WARN);
                                assertThat(line.getThrowableProxy()).isNull();
                                assertThat(line.getKeyValuePairs().toString())
                                        .contains("no_worker");
                            });

            inbox.work =
                    _ -> {
                        throw new CircleException(ErrorCode.NO_WORKER);
                    };
            inbox.deliver(STRIPE, event("evt_3", "a"));
            await().until(() -> log.list.size() == 2);
        } finally {
            logger.setLevel(null);
            logger.detachAppender(log);
        }
    }

    private void passUntilRuns(int count) {
        await().until(
                        () -> {
                            inbox.pass(Duration.ofMinutes(10));
                            return inbox.runs.size() >= count;
                        });
    }

    private void awaitDone() {
        await().until(
                        () -> {
                            inbox.pass(Duration.ofMinutes(10));
                            return List.of(1L, 2L).stream()
                                    .allMatch(
                                            number ->
                                                    stateOf(number)
                                                            .filter(HookState.DONE::equals)
                                                            .isPresent());
                        });
    }

    @Test
    void whoCannotSignLearnsNothingOfWhy() {
        byte[] body = event("evt_1", "a").getBytes(UTF_8);
        byte[] key = STRIPE.keys().getFirst();
        Map<String, String> old =
                STRIPE.provider().sign(body, key, "", clock.instant().minusSeconds(400));
        Map<String, String> future =
                STRIPE.provider().sign(body, key, "", clock.instant().plusSeconds(400));
        Map<String, String> wrong =
                STRIPE.provider().sign(body, "another secret".getBytes(UTF_8), "", clock.instant());
        List<RouteResponse> answers =
                List.of(
                        inbox.send("stripe", Map.of(), body),
                        inbox.send("stripe", wrong, body),
                        inbox.send("stripe", old, body),
                        inbox.send("stripe", future, body));

        assertThat(answers).extracting(RouteResponse::status).containsOnly(401);
        assertThat(answers.stream().map(answer -> new String(answer.body(), UTF_8)).distinct())
                .hasSize(1);
        assertThat(inbox.meter.all())
                .containsExactly(
                        "stripe rejected no_signature",
                        "stripe rejected wrong_signature",
                        "stripe rejected wrong_time",
                        "stripe rejected wrong_time");
    }

    @Test
    void whatIsSignedAndNoEventIsMalformed() {
        for (String body :
                List.of(
                        "",
                        "{",
                        "{\"id\":1,\"id\":2}",
                        "\"\ud800\"",
                        "{}",
                        "[1]",
                        "{\"id\":\"a\"}")) {
            assertThat(inbox.deliver(STRIPE, body).status()).as(body).isEqualTo(400);
        }
        assertThat(inbox.meter.all()).hasSize(7).containsOnly("stripe rejected malformed");
        assertThat(inbox.store.list(100, Optional.empty(), Optional.empty(), 10)).isEmpty();
    }

    @Test
    void aCompressedBodyIsNotTaken() {
        Map<String, String> headers = Map.of("Content-Encoding", "gzip");

        assertAnswer(inbox.send("stripe", headers, new byte[9]), 400, "compressed");
    }

    @Test
    void whoAsksTooOftenIsToldToWait() {
        inbox.close();
        WebhookLimits few = new WebhookLimits(1 << 20, Duration.ofSeconds(1), 2, 8, Inbox.DAY);
        inbox = new Inbox(folder, clock, ROOM, few, STRIPE, IDENFY);

        assertThat(inbox.deliver(STRIPE, event("1", "a")).status()).isEqualTo(200);
        assertThat(inbox.deliver(IDENFY, APPROVED).status()).isEqualTo(200);
        assertAnswer(inbox.deliver(STRIPE, event("2", "a")), 429, "too many");
        clock.pass(Duration.ofMinutes(1));
        assertThat(inbox.deliver(STRIPE, event("2", "a")).status()).isEqualTo(200);
    }

    @Test
    void withoutASecretThereIsNoRoute() {
        Webhook none = new Webhook("idenfy", new Idenfy(), List.of(), List.of(), Optional.empty());
        inbox.close();
        inbox = new Inbox(folder, clock, ROOM, Inbox.LIMITS, none);

        assertThat(inbox.webhooks.routes()).isEmpty();
    }

    @Test
    void aHandlerThatFailsIsTriedEightTimesInADayAndThenNoMore() {
        inbox.work =
                run -> {
                    fail();
                    return true;
                };
        inbox.deliver(STRIPE, event("evt_1", "a"));
        Duration passed = Duration.ZERO;
        for (int attempt = 1; attempt < 8; attempt++) {
            int count = attempt;
            awaitRuns(count);
            await().until(() -> inbox.store.find(1).orElseThrow().failures() == count);
            await().until(() -> !inbox.timers.getQueue().isEmpty());
            Duration pause = Duration.ofMillis(inbox.timers.lastDelayMillis());
            passed = passed.plus(pause);
            inbox.pass(pause.plusMillis(1));
        }
        awaitState(1, HookState.DEAD);

        assertThat(passed).isBetween(Inbox.DAY.minusMinutes(2), Inbox.DAY.plusMinutes(2));
        assertThat(inbox.runs)
                .extracting(run -> run.event().path("attempt").asInt())
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(inbox.store.find(1).orElseThrow().error())
                .contains("script_error: no such customer");
        assertThat(inbox.meter.all()).contains("stripe retried", "stripe dead");
    }

    @Test
    void whatTheServerIsToBlameForDoesNotCount() {
        inbox.work =
                run -> {
                    if (inbox.runs.size() <= 20) {
                        throw new CircleException(ErrorCode.NO_WORKER);
                    }
                    return true;
                };
        inbox.deliver(STRIPE, event("evt_1", "a"));
        for (int run = 1; run <= 20; run++) {
            int count = run;
            await().until(() -> inbox.store.find(1).orElseThrow().tries() == count);
            await().until(() -> !inbox.timers.getQueue().isEmpty());
            inbox.pass(Duration.ofMinutes(6));
        }
        awaitState(1, HookState.DONE);

        assertThat(inbox.runs)
                .extracting(run -> run.event().path("attempt").asInt())
                .containsOnly(1);
    }

    @Test
    void eventsOfOneObjectAreRunInTheirOrderAlsoWhenTheFirstFails() {
        inbox.work =
                run -> {
                    if (ids().size() == 1) {
                        fail();
                    }
                    return true;
                };
        IntStream.range(0, 5).forEach(i -> inbox.deliver(STRIPE, event("a" + i, "x", "obj_a")));
        await().until(() -> inbox.store.find(1).orElseThrow().failures() == 1);
        inbox.deliver(STRIPE, event("b0", "x", "obj_b"));
        awaitRuns(2);

        assertThat(ids()).containsExactly("a0", "b0");
        await().until(() -> !inbox.timers.getQueue().isEmpty());
        inbox.pass(Duration.ofMinutes(5));
        awaitState(5, HookState.DONE);
        assertThat(ids()).containsExactly("a0", "b0", "a0", "a1", "a2", "a3", "a4");
    }

    @Test
    void anEventThatIsGivenUpOrDiscardedLetsTheNextOfItsObjectGoOn() {
        inbox.close();
        WebhookLimits once = new WebhookLimits(1 << 20, Duration.ofSeconds(1), 99, 1, Inbox.DAY);
        inbox = new Inbox(folder, clock, ROOM, once, STRIPE, IDENFY);
        CountDownLatch first = new CountDownLatch(1);
        inbox.work =
                run -> {
                    first.await();
                    if (ids().size() == 1) {
                        fail();
                    }
                    return true;
                };
        IntStream.range(0, 4).forEach(i -> inbox.deliver(STRIPE, event("a" + i, "x", "obj_a")));
        assertThat(inbox.webhooks.discard(2)).isTrue();
        first.countDown();
        awaitState(4, HookState.DONE);

        assertThat(stateOf(1)).contains(HookState.DEAD);
        assertThat(stateOf(2)).isEmpty();
        assertThat(ids()).containsExactly("a0", "a2", "a3");
    }

    @Test
    void theDeadAndTheUnhandledAreReplayedAndNobodyElse() {
        inbox.work = run -> false;
        inbox.deliver(STRIPE, event("evt_1", "a"));
        awaitState(1, HookState.UNHANDLED);
        inbox.work = run -> true;

        assertThat(inbox.webhooks.replay(1)).isTrue();
        awaitState(1, HookState.DONE);
        assertThat(inbox.webhooks.replay(1)).isFalse();
        assertThat(inbox.webhooks.replay(2)).isFalse();
        assertThat(inbox.runs).hasSize(2);
        assertThat(inbox.runs.get(0).occasion()).isEqualTo(inbox.runs.get(1).occasion());
    }

    @Test
    void whatIsDiscardedIsStillKnown() {
        inbox.work =
                run -> {
                    fail();
                    return true;
                };
        inbox.deliver(IDENFY, APPROVED);
        await().until(() -> inbox.store.find(1).orElseThrow().failures() == 1);

        assertThat(inbox.webhooks.discard(1)).isTrue();
        assertThat(inbox.webhooks.discard(1)).isFalse();
        assertAnswer(inbox.deliver(IDENFY, APPROVED), 200, "\"known\":true");
        assertThat(inbox.store.list(100, Optional.empty(), Optional.empty(), 10)).isEmpty();
    }

    @Test
    void whatWasNotDoneWhenTheServerEndedIsDoneAfterItsStart() {
        CountDownLatch never = new CountDownLatch(1);
        inbox.work =
                run -> {
                    never.await();
                    return true;
                };
        IntStream.range(0, 10).forEach(i -> inbox.deliver(STRIPE, event("e" + i, "a")));
        awaitRuns(4);
        restart();
        awaitRuns(10);

        assertThat(ids()).hasSize(10).doesNotHaveDuplicates();
        await().until(() -> inbox.store.due(1).ids().isEmpty());
    }

    @Test
    void aRestartDoesNotShortenThePauseAfterAFailure() {
        inbox.work =
                run -> {
                    fail();
                    return true;
                };
        inbox.deliver(STRIPE, event("evt_1", "a"));
        await().until(() -> inbox.store.find(1).orElseThrow().failures() == 1);
        restart();
        await().until(() -> !inbox.timers.getQueue().isEmpty());

        assertThat(inbox.runs).isEmpty();
        inbox.pass(Duration.ofMinutes(2));
        awaitState(1, HookState.DONE);
    }

    @Test
    void theListHasTheNewestFirstAndItsPartsByProviderAndState() {
        inbox.work = run -> !run.event().path("provider").asText().equals("idenfy");
        inbox.deliver(STRIPE, event("e1", "a"));
        inbox.deliver(IDENFY, APPROVED);
        inbox.deliver(STRIPE, event("e3", "a"));
        awaitState(1, HookState.DONE);
        awaitState(2, HookState.UNHANDLED);
        awaitState(3, HookState.DONE);

        assertThat(numbers(Long.MAX_VALUE, null, null, 2)).containsExactly(3L, 2L);
        assertThat(numbers(2, null, null, 2)).containsExactly(1L);
        assertThat(numbers(100, "stripe", null, 9)).containsExactly(3L, 1L);
        assertThat(numbers(100, null, HookState.UNHANDLED, 9)).containsExactly(2L);
        assertThat(numbers(100, "stripe", HookState.UNHANDLED, 9)).isEmpty();
        HookRow listed = inbox.webhooks.list(9, Optional.empty(), Optional.empty(), 1).getFirst();
        assertThat(listed.event().payload()).isEmpty();
        assertThat(listed.toString() + listed.event()).doesNotContain("e3");
    }

    private List<Long> numbers(
            long before, @Nullable String provider, @Nullable HookState state, int most) {
        return inbox
                .webhooks
                .list(before, Optional.ofNullable(provider), Optional.ofNullable(state), most)
                .stream()
                .map(HookRow::number)
                .toList();
    }

    @Test
    void whatWasHandledMakesRoomAndWhatWaitsDoesNot() {
        String big = " ".repeat(300_000);
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            answers.add(inbox.deliver(STRIPE, event("e" + i, "a") + big).status());
            awaitState(i + 1, HookState.DONE);
        }
        assertThat(answers).containsOnly(200);
        inbox.work =
                run -> {
                    fail();
                    return true;
                };
        answers.clear();
        for (int i = 6; i < 12; i++) {
            answers.add(inbox.deliver(STRIPE, event("e" + i, "a") + big).status());
        }
        assertThat(answers).containsExactly(200, 200, 200, 503, 503, 503);
        assertThat(inbox.meter.all()).contains("stripe rejected no_room");
        inbox.work = run -> true;
        await().until(() -> inbox.store.find(9).orElseThrow().failures() == 1);
        await().until(() -> !inbox.timers.getQueue().isEmpty());
        inbox.pass(Inbox.DAY);
        awaitState(9, HookState.DONE);

        assertAnswer(inbox.deliver(STRIPE, event("e11", "a") + big), 200, "\"known\":false");
    }

    @Test
    void whatNobodyHandlesMakesRoomAndStaysKnown() {
        inbox.work = run -> false;
        String big = " ".repeat((int) ROOM * 2 / 3);
        inbox.deliver(STRIPE, event("e1", "a") + big);
        awaitState(1, HookState.UNHANDLED);

        assertAnswer(inbox.deliver(STRIPE, event("e2", "a") + big), 200, "\"known\":false");
        assertThat(stateOf(1)).isEmpty();
        assertAnswer(inbox.deliver(STRIPE, event("e1", "a") + big), 200, "\"known\":true");
    }

    @Test
    void aHandlerThatKillsItsWorkersIsGivenUp() {
        inbox.work =
                run -> {
                    throw new CircleException(ErrorCode.WORKER_LOST, "the worker is gone");
                };
        inbox.deliver(STRIPE, event("e1", "a"));
        await().until(
                        () -> {
                            inbox.pass(Inbox.DAY);
                            return stateOf(1).filter(HookState.DEAD::equals).isPresent();
                        });
        assertThat(inbox.runs).hasSize(Inbox.LIMITS.attempts());
    }

    @Test
    void theHandledAreKeptForAWeekAndTheOthersFor90Days() {
        inbox.deliver(STRIPE, event("e1", "a"));
        awaitState(1, HookState.DONE);
        inbox.work = run -> false;
        inbox.deliver(STRIPE, event("e2", "a"));
        awaitState(2, HookState.UNHANDLED);
        clock.pass(Duration.ofDays(8));
        restart();
        assertThat(stateOf(1)).isEmpty();
        assertThat(stateOf(2)).isPresent();
        clock.pass(Duration.ofDays(90));
        restart();

        assertThat(stateOf(2)).isEmpty();
    }

    @Test
    void whatCannotBeKeptIsNotAcknowledged() {
        inbox.deliver(STRIPE, event("e1", "a"));
        inbox.close();

        assertAnswer(inbox.deliver(STRIPE, event("e2", "a")), 503, "cannot be kept");
        assertThat(inbox.meter.all()).contains("stripe rejected not_kept");
        start();
    }

    @Test
    void whatIsNotTakenIsToldTheLogTenTimesAMinuteForEachReason() {
        // while another thread sets SLF4J up, loggers are others
        Logger logger =
                (Logger)
                        await().until(
                                        () -> LoggerFactory.getLogger(WebhookRoute.class),
                                        Logger.class::isInstance);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.INFO);
        try {
            for (int i = 0; i < 15; i++) {
                inbox.send("stripe", Map.of(), APPROVED.getBytes(UTF_8));
            }
            assertThat(log.list).hasSize(10);
            inbox.send("idenfy", Map.of("Idenfy-Signature", "00"), APPROVED.getBytes(UTF_8));
            assertThat(log.list).hasSize(11);
            clock.pass(Duration.ofMinutes(1));
            inbox.send("stripe", Map.of(), APPROVED.getBytes(UTF_8));
            assertThat(log.list).hasSize(12);
        } finally {
            logger.setLevel(null);
            logger.detachAppender(log);
        }
    }
}
