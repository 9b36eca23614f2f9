package io.circles.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutePathTest {
    @Test
    void wordsMatchThemselvesAndNothingElse() {
        RoutePath status = RoutePath.of("status");

        assertThat(status.match("status")).contains(Map.of());
        assertThat(status.match("")).isEmpty();
        assertThat(status.match("Status")).isEmpty();
        assertThat(status.match("status/")).isEmpty();
        assertThat(status.match("a/status")).isEmpty();
        assertThat(RoutePath.of("a.b").match("axb")).isEmpty();
    }

    @Test
    void theEmptyPathIsTheCircleItself() {
        assertThat(RoutePath.of("").match("")).contains(Map.of());
        assertThat(RoutePath.of("").match("/")).isEmpty();
    }

    @Test
    void aParameterAtTheEndIsAllThatIsLeft() {
        RoutePath connected = RoutePath.of("connected/{public_key}");

        assertThat(connected.match("connected/a+/b=")).contains(Map.of("public_key", "a+/b="));
        assertThat(connected.match("connected/\n")).contains(Map.of("public_key", "\n"));
        assertThat(connected.match("connected/")).isEmpty();
        assertThat(connected.match("connected")).isEmpty();
    }

    @Test
    void aParameterBeforeTheEndIsOneStep() {
        RoutePath webhooks = RoutePath.of("webhooks/{provider}/{circle_pk}");

        assertThat(webhooks.match("webhooks/stripe/a/b"))
                .contains(Map.of("provider", "stripe", "circle_pk", "a/b"));
        assertThat(webhooks.match("webhooks//b")).isEmpty();
        assertThat(webhooks.match("webhooks/stripe")).isEmpty();
    }
}
