package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a listener hears of a subscription that goes on over connections: events as their numbers,
/// gaps as two.
@Timeout(30)
class EventFlowTest {
    private final List<Object> heard = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final EventListeners first = new EventListeners();
    private final EventListeners second = new EventListeners();

    private EventFlow flow(long capacity) {
        return new EventFlow("t", null, capacity, event -> heard.add(event.seq()), heard::add);
    }

    private EventFlow begun() {
        EventFlow flow = flow(1 << 20);
        flow.resume(first, new CircleApi.Subscribed("s1", 10, false));
        return flow;
    }

    private static JsonNode event(long seq, long prev) {
        return Json.tree(new CircleApi.Published("s", "t", Json.text("x"), seq, prev));
    }

    private void assertHeard(Object... what) {
        await().untilAsserted(() -> assertThat(heard).containsExactly(what));
    }

    @Test
    void eventsThatFollowEachOtherComeAsTheyAre() {
        EventFlow flow = begun();
        flow.take(first, event(12, 10), 1);
        flow.take(first, event(13, 12), 1);

        assertHeard(12L, 13L);
        assertThat(flow.after()).isEqualTo(13);
        assertThat(flow.start()).isEqualTo(10);
    }

    @Test
    void whatIsMissingInBetweenIsSaidInItsPlace() {
        EventFlow flow = begun();
        flow.take(first, event(12, 10), 1);
        flow.take(first, event(15, 14), 1);
        flow.take(first, event(16, 15), 1);

        assertHeard(12L, new EventGap(12, 14), 15L, 16L);
    }

    @Test
    void whatComesAgainIsToldOnce() {
        EventFlow flow = begun();
        flow.take(first, event(12, 10), 1);
        flow.resume(second, new CircleApi.Subscribed("s1", 13, false));
        flow.take(second, event(12, 10), 1);
        flow.take(second, event(13, 12), 1);

        assertHeard(12L, 13L);
    }

    @Test
    void theOldConnectionIsNotHeardAnyMore() {
        EventFlow flow = begun();
        flow.resume(second, new CircleApi.Subscribed("s1", 12, false));
        flow.take(first, event(12, 10), 1);
        flow.take(second, event(11, 10), 1);

        assertHeard(11L);
    }

    @Test
    void aGapThatTheCircleAnnouncesIsSaidAtOnceAndOnce() {
        EventFlow flow = begun();
        flow.resume(second, new CircleApi.Subscribed("s1", 30, true));
        assertHeard(new EventGap(10, 30));
        flow.take(second, event(25, 24), 1);
        flow.take(second, event(31, 25), 1);

        assertHeard(new EventGap(10, 30), 25L, 31L);
    }

    @Test
    void afterAnAnnouncedGapALaterOneIsSaidToo() {
        EventFlow flow = begun();
        flow.resume(second, new CircleApi.Subscribed("s1", 30, true));
        assertHeard(new EventGap(10, 30));
        flow.take(second, event(41, 40), 1);

        assertHeard(new EventGap(10, 30), new EventGap(30, 40), 41L);
    }

    @Test
    void aCircleWhoseNumbersBeganAnewIsAGapAndThenGoesOn() {
        EventFlow flow = begun();
        flow.take(first, event(12, 10), 1);
        flow.resume(second, new CircleApi.Subscribed("s1", 3, true));
        flow.take(second, event(4, 3), 1);

        assertHeard(12L, new EventGap(12, 3), 4L);
    }

    @Test
    void aSubscriptionThatIsNotRestoredEndsWithAGapForEver() {
        EventFlow flow = begun();
        flow.refused();
        flow.take(first, event(12, 10), 1);

        await().until(() -> !heard.isEmpty());
        assertThat(heard).containsExactly(new EventGap(10, Long.MAX_VALUE));
        assertThat(((EventGap) heard.getFirst()).isEnd()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 50})
    void whatFindsNoRoomIsOneGapInItsPlace(int lost) throws InterruptedException {
        EventFlow flow =
                new EventFlow(
                        "t",
                        10L,
                        1_000,
                        event -> {
                            waitAtTheGate();
                            heard.add(event.seq());
                        },
                        heard::add);
        flow.resume(first, new CircleApi.Subscribed("s1", 10, false));
        flow.take(first, event(11, 10), 244);
        flow.take(first, event(12, 11), 244);
        for (int i = 1; i <= lost; i++) {
            flow.take(first, event(12 + i, 11 + i), 900);
        }
        gate.countDown();
        await().until(() -> heard.size() == 3);
        flow.take(first, event(13 + lost, 12 + lost), 1);

        assertHeard(11L, 12L, new EventGap(12, 12 + lost), 13L + lost);
    }

    private void waitAtTheGate() {
        try {
            assertThat(gate.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
