package io.circles.server;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.CircleModule;
import io.circles.script.Effect;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptResult;
import io.circles.script.ScriptTask;
import io.circles.script.SignatureRequest;
import io.circles.script.state.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/// Scripts of a few commands, one a line, that are their own result; for tests that say when a
/// script ends, and those that are not about scripts:
///
/// - `wait` ends when the test says so;
/// - `publish TOPIC JSON` publishes;
/// - `sign ID THRESHOLD KEY,KEY` asks for signatures over the text `rent`, within a minute;
/// - `withdraw ID` does not want them any more;
/// - `fail` throws.
///
/// A module is lines of `NAME: COMMAND`.
public final class StubScripts implements ScriptExecutor {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);

    /// A module of those lines.
    public static CircleModule module(String... lines) {
        return CircleModule.of("main.js", Map.of("main.js", String.join("\n", lines)));
    }

    @Override
    public ScriptOutcome execute(ScriptJob job) throws InterruptedException {
        return switch (job.task()) {
            case ScriptTask.Play play -> run(play.source(), play.source().lines().toList());
            case ScriptTask.Call call -> run(call.function(), commands(job, call.function()));
            case ScriptTask.Handle handle ->
                    run(handle.function(), commands(job, handle.function()));
            case ScriptTask.Inspect _ -> outcome(exports(job), List.of());
        };
    }

    private ScriptOutcome run(String name, List<String> commands) throws InterruptedException {
        List<Effect> effects = new ArrayList<>();
        for (String command : commands) {
            String[] words = command.strip().split(" ", 3);
            switch (words[0]) {
                case "wait" -> waitForTheEnd();
                case "publish" -> effects.add(new Effect.Publish(words[1], words[2]));
                case "sign" -> effects.add(new Effect.Sign(signatures(words[1], words[2])));
                case "withdraw" -> effects.add(new Effect.CancelSign(words[1]));
                case "fail" -> {
                    events.add("failed");
                    throw new CircleException(ErrorCode.SCRIPT_ERROR);
                }
                default -> {}
            }
        }
        return outcome(Json.text(name), effects);
    }

    private static SignatureRequest signatures(String id, String rest) {
        String[] words = rest.split(" ", 2);
        return new SignatureRequest(
                id,
                Stream.of(words[1].split(",", -1)).map(PublicKey::parse).toList(),
                Integer.parseInt(words[0]),
                "cmVudA==",
                "text/plain",
                "Pay the rent?",
                SignDigest.SHA256,
                Duration.ofMinutes(1));
    }

    private static ScriptOutcome outcome(JsonNode value, List<Effect> effects) {
        String output = value.isTextual() ? value.textValue() : Json.write(value);
        return new ScriptOutcome(
                new ScriptResult(output, value, List.of(), new CircleApi.Usage(0, 0, 0)),
                new Transaction(0, List.of(), List.of(), List.of()),
                effects,
                false);
    }

    private static JsonNode exports(ScriptJob job) {
        return Json.tree(lines(job).stream().map(line -> line.split(":", 2)[0]).sorted().toList());
    }

    private static List<String> commands(ScriptJob job, String function) {
        return lines(job).stream()
                .filter(line -> line.startsWith(function + ":"))
                .map(line -> line.split(":", 2)[1])
                .toList();
    }

    private static List<String> lines(ScriptJob job) {
        CircleModule module = job.environment().module().orElseThrow();
        return module.files().get(module.main()).lines().toList();
    }

    private void waitForTheEnd() throws InterruptedException {
        events.add("waits");
        try {
            end.await();
        } catch (InterruptedException e) {
            events.add("interrupted");
            throw e;
        }
    }

    /// Waits until something has happened so many times: `waits` or `interrupted`.
    public void awaitThat(String event, int times) {
        await().until(() -> times(event) == times);
    }

    /// How often something has happened.
    public long times(String event) {
        return events.stream().filter(event::equals).count();
    }

    /// Lets every `wait` end.
    public void end() {
        end.countDown();
    }

    @Override
    public String description() {
        return "a test's";
    }

    @Override
    public void close() {
        end.countDown();
    }
}
