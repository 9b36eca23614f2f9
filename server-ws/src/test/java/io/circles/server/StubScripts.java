package io.circles.server;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.script.CircleModule;
import io.circles.script.Effect;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptResult;
import io.circles.script.ScriptTask;
import io.circles.script.state.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Scripts of a few commands, one a line, that are their own result:
///
/// - `wait` ends when the test says so;
/// - `boom` throws;
/// - `set KEY JSON` writes, `publish TOPIC JSON` publishes, `log TEXT` logs;
/// - `caller` has who called as its result, `args` the arguments.
///
/// A module is lines of `NAME: COMMAND; COMMAND`; one that begins with `!` is a syntax error.
public final class StubScripts implements ScriptExecutor {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final @Nullable ScriptExecutor plays;

    /// Plays and modules are stubs.
    public StubScripts() {
        this.plays = null;
    }

    /// Modules are stubs.
    ///
    /// @param plays runs real plays; closed with this
    public StubScripts(ScriptExecutor plays) {
        this.plays = plays;
    }

    /// A module of those lines.
    public static CircleModule module(String... lines) {
        return CircleModule.of("main.js", Map.of("main.js", String.join("\n", lines)));
    }

    @Override
    public ScriptOutcome execute(ScriptJob job) throws InterruptedException {
        return switch (job.task()) {
            case ScriptTask.Play _ when plays != null -> plays.execute(job);
            case ScriptTask.Play play -> run(job, play.source(), play.source().lines().toList());
            case ScriptTask.Call call -> run(job, call.function(), commands(job, call.function()));
            case ScriptTask.Handle handle -> {
                events.add(handle.function());
                yield run(job, handle.function(), commands(job, handle.function()));
            }
            case ScriptTask.Inspect _ -> outcome(exports(job), new Doing());
        };
    }

    private ScriptOutcome run(ScriptJob job, String name, List<String> commands)
            throws InterruptedException {
        Doing doing = new Doing();
        JsonNode value = Json.text(name);
        for (String command : commands) {
            String[] words = command.strip().split(" ", 3);
            switch (words[0]) {
                case "wait" -> waitForTheEnd();
                case "boom" -> throw new CircleException(ErrorCode.SCRIPT_ERROR);
                case "set" -> doing.writes.add(new Transaction.Write(words[1], words[2]));
                case "publish" -> doing.effects.add(new Effect.Publish(words[1], words[2]));
                case "log" -> doing.logs.add(new CircleApi.LogLine("info", words[1]));
                case "caller" -> value = Json.tree(job.caller().roles());
                case "args" -> value = job.args() == null ? Json.tree(null) : job.args();
                default -> {}
            }
        }
        return outcome(value, doing);
    }

    private static final class Doing {
        final List<Transaction.Write> writes = new ArrayList<>();
        final List<Effect> effects = new ArrayList<>();
        final List<CircleApi.LogLine> logs = new ArrayList<>();
    }

    private static ScriptOutcome outcome(JsonNode value, Doing doing) {
        String output = value.isTextual() ? value.textValue() : Json.write(value);
        return new ScriptOutcome(
                new ScriptResult(output, value, doing.logs, new CircleApi.Usage(0, 0, 0)),
                new Transaction(0, List.of(), List.of(), doing.writes),
                doing.effects,
                false);
    }

    private static JsonNode exports(ScriptJob job) {
        List<String> lines = lines(job);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("!")) {
                throw new CircleException(ErrorCode.SCRIPT_ERROR, "Execution Error: SyntaxError")
                        .with("name", "SyntaxError")
                        .with("file", "main.js")
                        .with("line", i + 1L)
                        .with("column", 1);
            }
        }
        return Json.tree(lines.stream().map(line -> line.split(":", 2)[0]).sorted().toList());
    }

    private static List<String> commands(ScriptJob job, String function) {
        return lines(job).stream()
                .filter(line -> line.startsWith(function + ":"))
                .flatMap(line -> Stream.of(line.split(":", 2)[1].split(";", -1)))
                .map(String::strip)
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

    /// Waits until something has happened so many times: `waits`, `interrupted`, or the name of a
    /// handler that ran.
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
        if (plays != null) {
            plays.close();
        }
    }
}
