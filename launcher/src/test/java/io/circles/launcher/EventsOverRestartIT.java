package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.client.CircleClient;
import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The numbers of events go on when the server begins anew, and what is kept is sent again.
class EventsOverRestartIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int KEPT = 1_000;

    /// What one run may publish.
    private static final int AT_ONCE = 100;

    @TempDir private Path folder;

    private LastingCircle circle;

    @BeforeEach
    void start() throws Exception {
        circle = new LastingCircle(folder, "export const nothing = 0;");
        circle.file().putObject("workers").put("count", 0);
        circle.start();
    }

    @AfterEach
    void stop() {
        circle.close();
    }

    private static void publish(CircleClient client, int from, int count)
            throws InterruptedException {
        String script = "for (let i = 0; i < args.count; i++) events.publish('t', args.from + i);";
        CircleApi.Played _ =
                client.play(script, Json.object().put("from", from).put("count", count));
    }

    private static List<Integer> heard(EventLog log, int count) {
        await().atMost(PATIENCE).until(() -> log.size() >= count);
        return log.all().stream().map(event -> event.data().asInt()).toList();
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).boxed().toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "KILL"})
    void aReaderThatComesBackHearsWhatItHasMissed(String signal) throws Exception {
        EventLog log = new EventLog();
        try (CircleClient writer = circle.connectMember()) {
            try (CircleClient reader = circle.connectMember(log)) {
                assertThat(log.subscribe(reader)).returns(false, CircleApi.Subscribed::gap);
                publish(writer, 1, 3);
                assertThat(heard(log, 3)).isEqualTo(numbers(1, 3));
            }
            publish(writer, 4, 2);
        }
        circle.restart(signal);

        try (CircleClient writer = circle.connectMember();
                CircleClient reader = circle.connectMember(log)) {
            publish(writer, 6, 1);
            assertThat(log.subscribe(reader)).returns(false, CircleApi.Subscribed::gap);
            publish(writer, 7, 1);

            assertThat(heard(log, 7)).isEqualTo(numbers(1, 7));
            assertThat(log.unbroken())
                    .extracting(CircleApi.Published::seq)
                    .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        }
    }

    @Test
    void aReaderThatWasAwayTooLongIsToldOfTheGap() throws Exception {
        try (CircleClient writer = circle.connectMember()) {
            for (int i = 0; i < KEPT + 2 * AT_ONCE; i += AT_ONCE) {
                publish(writer, i + 1, AT_ONCE);
            }
        }
        checkGap();
        circle.restart("KILL");
        checkGap();
    }

    private void checkGap() throws InterruptedException {
        int all = KEPT + 2 * AT_ONCE;
        for (int after : List.of(0, all - KEPT, all)) {
            EventLog log = new EventLog(after);
            try (CircleClient reader = circle.connectMember(log)) {
                CircleApi.Subscribed subscribed = log.subscribe(reader);
                assertThat(subscribed.seq()).isEqualTo(all);
                assertThat(subscribed.gap()).as("a gap after " + after).isEqualTo(after == 0);
                int missing = Math.max(after, all - KEPT);
                assertThat(heard(log, all - missing)).isEqualTo(numbers(missing + 1, all));
            }
        }
    }
}
