package io.circles.server.circle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.server.StubScripts;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.DirectConversation;
import io.circles.server.transcript.LogIn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Events when many publish and subscribe at once: none is lost, doubled or out of order, and none
/// comes before the reply that it belongs behind.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EventsTest {
    private static final int PUBLISHERS = 4;
    private static final int EACH = 50;
    private static final long ALL = (long) PUBLISHERS * EACH;

    private final StubScripts scripts = new StubScripts();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private DirectCircle circle;

    @BeforeEach
    void start(@TempDir Path folder) {
        circle = new DirectCircle(scripts, folder);
    }

    @AfterEach
    void stop() {
        scripts.end();
        circle.close();
        threads.shutdownNow();
    }

    private DirectConversation member() throws InterruptedException {
        DirectConversation talk = circle.connect();
        LogIn.as(Cast.BOB, talk);
        return talk;
    }

    private static JsonNode json(String text) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static String request(String id, String method, Object... params) {
        return Json.write(
                Json.object()
                        .put("jsonrpc", "2.0")
                        .put("id", id)
                        .put("method", method)
                        .set("params", Json.tree(List.of(params))));
    }

    private static JsonNode ask(DirectConversation talk, String method, Object... params)
            throws InterruptedException {
        talk.send(request(method, method, params));
        return json(talk.receive()).path("result");
    }

    /// Publishes some events, one after the other, on a connection of its own.
    private Future<?> publisher(int number) {
        Callable<Void> work =
                () -> {
                    try (DirectConversation talk = member()) {
                        for (int i = 0; i < EACH; i++) {
                            JsonNode played = ask(talk, "play", "publish t" + number + " " + i);
                            assertThat(played.has("output")).isTrue();
                        }
                    }
                    return null;
                };
        return threads.submit(work);
    }

    /// Reads events up to a number, and follows `prev`.
    private static List<Long> readTo(DirectConversation talk, long last, long prev)
            throws InterruptedException {
        List<Long> seen = new ArrayList<>();
        long before = prev;
        while (before < last) {
            JsonNode event = json(talk.receive()).path("params");
            assertThat(event.path("prev").asLong()).isEqualTo(before);
            before = event.path("seq").asLong();
            seen.add(before);
        }
        return seen;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoeverSubscribesInBetweenGetsEveryEventOnceAndInOrder(long seed) throws Exception {
        Random random = new Random(seed);
        List<Future<?>> publishing = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            publishing.add(publisher(i));
        }
        List<Future<List<Long>>> reading = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int pause = random.nextInt(10);
            reading.add(
                    threads.submit(
                            () -> {
                                try (DirectConversation talk = member()) {
                                    for (int asked = 0; asked < pause; asked++) {
                                        ask(talk, "whoami");
                                    }
                                    JsonNode subscribed = ask(talk, "subscribe", "t*", 0);
                                    assertThat(subscribed.path("gap").asBoolean()).isFalse();
                                    return readTo(talk, ALL, 0);
                                }
                            }));
        }
        List<Long> expected = LongStream.rangeClosed(1, ALL).boxed().toList();
        for (Future<List<Long>> each : reading) {
            assertThat(each.get(30, TimeUnit.SECONDS)).isEqualTo(expected);
        }
        for (Future<?> each : publishing) {
            each.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aReplyPrecedesItsEventsHoweverManyRunAtOnce() throws Exception {
        try (DirectConversation talk = member()) {
            ask(talk, "subscribe", "*");
            Future<?> others = publisher(1);
            for (int i = 0; i < 100; i++) {
                talk.send(request("own" + i, "play", "publish own " + i));
            }
            Set<String> answered = new HashSet<>();
            int events = 0;
            while (answered.size() + events < 200 + EACH) {
                JsonNode next = json(talk.receive());
                if (next.has("id")) {
                    answered.add(next.path("id").asText());
                } else if (next.at("/params/topic").asText().equals("own")) {
                    assertThat(answered).contains("own" + next.at("/params/data").asText());
                    events++;
                } else {
                    events++;
                }
            }
            others.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void inABatchTheEventsWaitForTheWholeAnswerAndOthersDoNot() throws Exception {
        try (DirectConversation talk = member();
                DirectConversation other = member()) {
            ask(talk, "subscribe", "*");
            ask(other, "subscribe", "*");
            talk.send(
                    "[%s,%s]"
                            .formatted(
                                    request("a", "play", "publish own 1"),
                                    request("b", "play", "wait")));
            assertThat(other.receive()).contains("\"event\"", "\"own\"");
            scripts.awaitThat("waits", 1);
            assertThat(talk.unreceived()).isEmpty();
            scripts.end();
            assertThat(talk.receive()).startsWith("[");
            assertThat(talk.receive()).contains("\"event\"", "\"own\"");
        }
    }

    @Test
    void aNotificationsEventsComeThoughItHasNoReply() throws Exception {
        try (DirectConversation talk = member()) {
            ask(talk, "subscribe", "*");
            talk.send(
                    """
                    {"jsonrpc":"2.0","method":"play","params":["publish own 1"]}""");
            assertThat(talk.receive()).contains("\"event\"", "\"own\"");
        }
    }

    @Test
    void whoLogsInAnewWithoutTheRightToReadGetsNothingMore() throws Exception {
        try (DirectConversation talk = member();
                DirectConversation other = member()) {
            ask(talk, "subscribe", "*");
            ask(other, "subscribe", "*");
            LogIn.as(Cast.ALICE, talk);
            ask(other, "play", "publish t 1");
            assertThat(other.receive()).contains("\"event\"");
            assertThat(ask(talk, "whoami").path("authenticated").asBoolean()).isTrue();
            assertThat(talk.unreceived()).isEmpty();
        }
    }

    @Test
    void aReplayPastTheRoomLeavesOutTheOldestAndSaysSo() throws Exception {
        String large = "\"" + "x".repeat(700_000) + "\"";
        try (DirectConversation talk = member()) {
            for (int i = 0; i < 4; i++) {
                ask(talk, "play", "publish big " + large);
            }
            JsonNode subscribed = ask(talk, "subscribe", "big", 0);
            assertThat(subscribed.path("gap").asBoolean()).isTrue();
            // of 4 MiB that may wait, half is for what was published before
            assertThat(readTo(talk, 4, 2)).containsExactly(3L, 4L);
        }
    }
}
