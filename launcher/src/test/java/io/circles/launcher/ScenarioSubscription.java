package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.EventGap;
import io.circles.client.Subscription;
import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a subscription of a scenario has heard. Thread-safe: the monitor guards all of it, but for
/// the subscription, which is the scenario's thread's.
final class ScenarioSubscription {
    private final List<Object> heard = new ArrayList<>();
    private int expected;
    private @Nullable Subscription subscription;

    void is(Subscription made) {
        subscription = made;
    }

    void end() {
        Subscription made = subscription;
        if (made != null) {
            made.close();
        }
    }

    synchronized void event(CircleApi.Published event) {
        heard.add(event);
    }

    synchronized void gap(EventGap gap) {
        heard.add(gap);
    }

    private synchronized List<Object> news() {
        return List.copyOf(heard.subList(expected, heard.size()));
    }

    private synchronized void expected(int count) {
        expected += count;
    }

    void assertEvents(JsonNode data) {
        List<Object> wanted = data.valueStream().<Object>map(each -> each).toList();
        if (!wanted.isEmpty()) {
            await().atMost(ScenarioCall.PATIENCE).until(() -> news().size() >= wanted.size());
        }
        assertThat(news().stream().map(ScenarioSubscription::shown).toList()).isEqualTo(wanted);
        expected(wanted.size());
    }

    private static Object shown(Object heard) {
        return heard instanceof CircleApi.Published event ? event.data() : heard;
    }

    void assertGap(JsonNode step) {
        await().atMost(ScenarioCall.PATIENCE).until(() -> !news().isEmpty());
        EventGap gap = (EventGap) news().getFirst();
        assertThat(step.path("after").asLong(gap.after())).isEqualTo(gap.after());
        assertThat(step.path("up_to").asLong(gap.upTo())).isEqualTo(gap.upTo());
        expected(1);
    }

    void assertSettled(JsonNode step) {
        await().atMost(ScenarioCall.PATIENCE)
                .untilAsserted(() -> assertThat(accounted()).hasSize(step.path("count").asInt()));
        assertThat(seqs()).doesNotHaveDuplicates().isSorted();
    }

    synchronized List<Long> seqs() {
        return heard.stream()
                .filter(CircleApi.Published.class::isInstance)
                .map(event -> ((CircleApi.Published) event).seq())
                .toList();
    }

    private synchronized Set<Long> accounted() {
        Set<Long> numbers = new TreeSet<>(seqs());
        for (Object each : heard) {
            if (each instanceof EventGap gap) {
                for (long number = gap.after() + 1; number <= gap.upTo(); number++) {
                    numbers.add(number);
                }
            }
        }
        return numbers;
    }

    @Override
    public synchronized String toString() {
        return Json.write(Json.tree(heard));
    }
}
