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

/// A job as JSON, without its environment, which the message names beside it: elements of an array
/// that follow others, in an order that both ends know. Thread-safe.
///
/// Who runs it, with which rights and limits, is one text that both ends remember: it is the same
/// for many jobs, and longer than all the rest. It is JSON in base64, in which nothing has to be
/// escaped each time.
public final class JobCodec {
    /// Begins the kind of a task that the server itself has run; why it does follows.
    private static final String HANDLE = "handle ";

    private static final int REMEMBERED = 10_000;
    private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();

    private final Cache<Subject, String> written = cache();
    private final Cache<String, Subject> read = cache();

    /// On whose behalf a job runs, and what it may do and use.
    private record Subject(Caller caller, Set<Capability> capabilities, ScriptLimits limits) {}

    private static <K, V> Cache<K, V> cache() {
        return Caffeine.newBuilder().executor(Runnable::run).maximumSize(REMEMBERED).build();
    }

    /// Writes the job, but for its environment, as five elements.
    public void encode(ScriptJob job, StringBuilder json) {
        Subject subject = new Subject(job.caller(), job.capabilities(), job.limits());
        Json.quote(job.id(), json);
        json.append(',');
        Json.quote(written.get(subject, JobCodec::text), json);
        json.append(',');
        task(job.task(), json);
        json.append(',');
        if (job.args() == null) {
            json.append("null");
        } else {
            Json.quote(job.args(), json);
        }
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

    /// What kind it is, and what it runs.
    private static void task(ScriptTask task, StringBuilder json) {
        String code =
                switch (task) {
                    case ScriptTask.Play play -> play.source();
                    case ScriptTask.Call call -> call.function();
                    case ScriptTask.Handle handle -> handle.function();
                    case ScriptTask.Inspect _ -> "";
                };
        Json.quote(kind(task), json);
        json.append(',');
        Json.quote(code, json);
    }

    private static String kind(ScriptTask task) {
        return switch (task) {
            case ScriptTask.Play _ -> "play";
            case ScriptTask.Call _ -> "call";
            case ScriptTask.Handle handle -> HANDLE + handle.via().word();
            case ScriptTask.Inspect _ -> "inspect";
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
    /// @param from where its first element is
    /// @throws UnreadableMessage if it is none
    public ScriptJob decode(Fields params, int from, ScriptEnvironment environment)
            throws UnreadableMessage {
        try {
            Subject subject = subject(params.text(from + 1));
            return new ScriptJob(
                    params.text(from),
                    environment,
                    subject.caller,
                    subject.capabilities,
                    task(params.text(from + 2), params.text(from + 3)),
                    params.textOrNull(from + 4),
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

    private static ScriptTask task(String kind, String code) throws UnreadableMessage {
        return switch (kind) {
            case "play" -> new ScriptTask.Play(code);
            case "call" -> new ScriptTask.Call(code);
            case "inspect" -> new ScriptTask.Inspect();
            case String handle when handle.startsWith(HANDLE) ->
                    new ScriptTask.Handle(
                            code, ScriptTask.Via.valueOf(upper(handle.substring(HANDLE.length()))));
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
