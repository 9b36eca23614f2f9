package io.circles.script.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptTask;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A job as JSON, without its environment, which the message names beside it. Thread-safe.
///
/// Who runs it, with which rights and limits, is a text within the message that both ends remember:
/// it is the same for many jobs, and longer than all the rest. It is JSON in base64, in which
/// nothing has to be escaped each time.
public final class JobCodec {
    private static final int REMEMBERED = 10_000;
    private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();

    private final Cache<Subject, String> written = cache();
    private final Cache<String, Subject> read = cache();

    /// On whose behalf a job runs, and what it may do and use.
    private record Subject(Caller caller, Set<Capability> capabilities, ScriptLimits limits) {}

    private static <K, V> Cache<K, V> cache() {
        return Caffeine.newBuilder().executor(Runnable::run).maximumSize(REMEMBERED).build();
    }

    /// The job, but for its environment: a new object.
    public ObjectNode encode(ScriptJob job) {
        ObjectNode params = Json.object();
        params.put("job", job.id());
        params.put(
                "subject",
                written.get(
                        new Subject(job.caller(), job.capabilities(), job.limits()),
                        JobCodec::text));
        params.set("task", task(job.task()));
        if (job.args() != null) {
            params.put("args", job.args());
        }
        return params;
    }

    private static String text(Subject subject) {
        ObjectNode node = Json.object();
        node.set("caller", caller(subject.caller));
        node.set("can", capabilities(subject.capabilities));
        node.set("limits", limits(subject.limits));
        byte[] json = MessageText.ascii(Json.write(node)).getBytes(StandardCharsets.ISO_8859_1);
        return BASE64.encodeToString(json);
    }

    private static ArrayNode caller(Caller caller) {
        PublicKey key = caller.publicKey();
        return Json.array()
                .add(key == null ? null : key.hex())
                .add(caller.kind().word())
                .add(Fields.array(caller.roles()));
    }

    private static ArrayNode capabilities(Set<Capability> capabilities) {
        ArrayNode words = Json.array();
        capabilities.forEach(capability -> words.add(capability.word()));
        return words;
    }

    private static ArrayNode task(ScriptTask task) {
        return switch (task) {
            case ScriptTask.Play play -> Json.array().add("play").add(play.source());
            case ScriptTask.Call call -> Json.array().add("call").add(call.function());
            case ScriptTask.Handle handle ->
                    Json.array().add("handle").add(handle.function()).add(handle.via().word());
            case ScriptTask.Inspect _ -> Json.array().add("inspect");
        };
    }

    private static ArrayNode limits(ScriptLimits limits) {
        return Json.array()
                .add(limits.wallMs())
                .add(limits.cpuMs())
                .add(limits.memoryBytes())
                .add(limits.statements())
                .add(limits.sourceBytes())
                .add(limits.argumentBytes())
                .add(limits.outputBytes())
                .add(limits.logLines())
                .add(limits.stateOperations())
                .add(limits.stateBytes())
                .add(limits.effects())
                .add(limits.effectBytes())
                .add(limits.httpRequests())
                .add(limits.httpBytes());
    }

    /// The job.
    ///
    /// @throws UnreadableMessage if it is none
    public ScriptJob decode(Fields params, ScriptEnvironment environment) throws UnreadableMessage {
        try {
            Subject subject = subject(params.text("subject"));
            return new ScriptJob(
                    params.text("job"),
                    environment,
                    subject.caller,
                    subject.capabilities,
                    task(params.inner("task")),
                    params.has("args") ? params.text("args") : null,
                    subject.limits);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new UnreadableMessage("a job that cannot be", e);
        }
    }

    private Subject subject(String text) throws UnreadableMessage {
        Subject known = read.getIfPresent(text);
        if (known != null) {
            return known;
        }
        try {
            byte[] json = Base64.getDecoder().decode(text);
            Fields node = Fields.of(Json.parse(new String(json, StandardCharsets.ISO_8859_1)));
            Subject subject =
                    new Subject(
                            caller(node.inner("caller")),
                            capabilities(node),
                            limits(node.inner("limits")));
            read.put(text, subject);
            return subject;
        } catch (JsonProcessingException e) {
            throw new UnreadableMessage("a subject that is no JSON", e);
        }
    }

    private static Caller caller(Fields caller) throws UnreadableMessage {
        String hex = caller.textOrNull(0);
        @Nullable PublicKey key = hex == null ? null : PublicKey.parse(hex);
        return new Caller(key, Caller.Kind.valueOf(upper(caller.text(1))), caller.texts(2));
    }

    private static Set<Capability> capabilities(Fields params) throws UnreadableMessage {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        for (String word : params.texts("can")) {
            capabilities.add(Capability.valueOf(upper(word)));
        }
        return Set.copyOf(capabilities);
    }

    private static ScriptTask task(Fields task) throws UnreadableMessage {
        String kind = task.text(0);
        return switch (kind) {
            case "play" -> new ScriptTask.Play(task.text(1));
            case "call" -> new ScriptTask.Call(task.text(1));
            case "handle" ->
                    new ScriptTask.Handle(
                            task.text(1), ScriptTask.Via.valueOf(upper(task.text(2))));
            case "inspect" -> new ScriptTask.Inspect();
            case String other -> throw new UnreadableMessage("no task is called " + other);
        };
    }

    private static ScriptLimits limits(Fields limits) throws UnreadableMessage {
        return new ScriptLimits(
                limits.number(0),
                limits.number(1),
                limits.number(2),
                limits.number(3),
                limits.number(4),
                limits.number(5),
                limits.number(6),
                limits.smallNumber(7),
                limits.smallNumber(8),
                limits.number(9),
                limits.smallNumber(10),
                limits.number(11),
                limits.smallNumber(12),
                limits.number(13));
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
