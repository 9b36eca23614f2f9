package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.BadReplyException;
import io.circles.client.ConnectionLostException;
import io.circles.client.DialException;
import io.circles.client.RequestTimeoutException;
import io.circles.client.UntrustedCircleException;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A call of a scenario, on a thread of its own: what it came to, as the scenario says it.
final class ScenarioCall {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final CompletableFuture<JsonNode> outcome = new CompletableFuture<>();
    private final Thread thread;

    private ScenarioCall(Callable<JsonNode> what) {
        this.thread = Thread.ofVirtual().start(() -> outcome.complete(outcome(what)));
    }

    /// Hands a call to its client.
    static ScenarioCall start(Callable<JsonNode> what) {
        ScenarioCall call = new ScenarioCall(what);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(
                        () ->
                                call.outcome.isDone()
                                        || call.thread.getState() == Thread.State.TIMED_WAITING);
        return call;
    }

    /// Does something, and says what it came to.
    static JsonNode outcome(Callable<JsonNode> what) {
        try {
            return Json.object().set("value", what.call());
        } catch (Exception e) {
            return Json.object().set("error", Json.tree(error(e)));
        }
    }

    /// A failure as scenarios say it.
    static JsonNode error(Exception e) {
        return switch (e) {
            case CircleException circle -> named(circle.code().kind());
            case ConnectionLostException lost ->
                    Json.object()
                            .put("kind", "connection_lost")
                            .put("may_have_been_done", lost.mayHaveBeenDone());
            case RequestTimeoutException _ -> named("timeout");
            case InterruptedException _ -> named("interrupted");
            case DialException _ -> named("dial");
            case UntrustedCircleException _ -> named("untrusted");
            case BadReplyException _ -> named("bad_reply");
            default -> named(e.toString());
        };
    }

    private static JsonNode named(String kind) {
        return Json.object().put("kind", kind);
    }

    void cancel() {
        thread.interrupt();
    }

    void assertIs(JsonNode step) throws Exception {
        assertIs(step, outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    /// What was expected is there, and perhaps more.
    static void assertIs(JsonNode step, JsonNode outcome) {
        JsonNode expected = step.path("expect");
        if (expected.isMissingNode()) {
            assertThat(outcome.path("error")).as("%s", step).isEmpty();
        } else {
            assertThat(isPartOf(expected, outcome)).as("%s came to %s", step, outcome).isTrue();
        }
    }

    private static boolean isPartOf(JsonNode expected, JsonNode found) {
        return expected.isObject()
                ? expected.propertyStream()
                        .allMatch(
                                member -> isPartOf(member.getValue(), found.path(member.getKey())))
                : expected.equals(found);
    }

    /// Whether a failure is what a scenario expects of it.
    static boolean isPartOf(JsonNode expected, Exception found) {
        return isPartOf(expected, error(found));
    }
}
