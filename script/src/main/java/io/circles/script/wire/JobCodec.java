package io.circles.script.wire;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.LongStream;

/// A job as JSON, without its environment, which the message names beside it: elements of an array
/// that follow others, in an order that both ends know. Thread-safe.
///
/// Who runs it, with which rights and limits, is one text that both ends remember: it is the same
/// for many jobs, and as long as all the rest. Its words are separated by spaces, and nothing in
/// them has to be escaped: the key in hexadecimal, or [#NO_KEY]; the kind of caller; what it may do
/// and the limits, each separated by commas; the roles, as JSON in base64.
public final class JobCodec {
    /// Begins the kind of a task that the server itself has run; why it does follows.
    private static final String HANDLE = "handle ";

    private static final int REMEMBERED = 10_000;
    private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();
    private static final String NO_KEY = "-";
    private static final int WORDS = 5;
    private static final int LIMITS = 14;

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
        json.append(",\"").append(written.get(subject, JobCodec::text)).append("\",");
        task(job.task(), json);
        json.append(',');
        if (job.args() == null) {
            json.append("null");
        } else {
            Json.quote(job.args(), json);
        }
    }

    private static String text(Subject subject) {
        Caller caller = subject.caller;
        PublicKey key = caller.publicKey();
        return String.join(
                " ",
                key == null ? NO_KEY : key.hex(),
                caller.kind().word(),
                subject.capabilities.stream().map(Capability::word).collect(joining(",")),
                limits(subject.limits),
                roles(caller.roles()));
    }

    private static String roles(List<String> roles) {
        String json = MessageText.ascii(Json.write(Fields.array(roles)));
        return BASE64.encodeToString(json.getBytes(StandardCharsets.ISO_8859_1));
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

    private static String limits(ScriptLimits limits) {
        return LongStream.of(
                        limits.wallMs(),
                        limits.cpuMs(),
                        limits.memoryBytes(),
                        limits.statements(),
                        limits.sourceBytes(),
                        limits.argumentBytes(),
                        limits.outputBytes(),
                        limits.logLines(),
                        limits.stateOperations(),
                        limits.stateBytes(),
                        limits.effects(),
                        limits.effectBytes(),
                        limits.httpRequests(),
                        limits.httpBytes())
                .mapToObj(Long::toString)
                .collect(joining(","));
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
        String[] words = text.split(" ", -1);
        if (words.length != WORDS) {
            throw new UnreadableMessage("a subject of " + words.length + " words");
        }
        Subject subject =
                new Subject(
                        new Caller(
                                words[0].equals(NO_KEY) ? null : PublicKey.parse(words[0]),
                                Caller.Kind.valueOf(upper(words[1])),
                                roles(words[4])),
                        capabilities(words[2]),
                        limits(words[3]));
        read.put(text, subject);
        return subject;
    }

    private static List<String> roles(String base64) throws UnreadableMessage {
        byte[] json = Base64.getDecoder().decode(base64);
        try {
            return new Fields(Json.parse(new String(json, StandardCharsets.ISO_8859_1))).texts();
        } catch (JsonProcessingException e) {
            throw new UnreadableMessage("roles that are no JSON", e);
        }
    }

    private static Set<Capability> capabilities(String words) {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        if (!words.isEmpty()) {
            for (String word : words.split(",", -1)) {
                capabilities.add(Capability.valueOf(upper(word)));
            }
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

    private static ScriptLimits limits(String text) throws UnreadableMessage {
        String[] limits = text.split(",", -1);
        if (limits.length != LIMITS) {
            throw new UnreadableMessage(limits.length + " limits");
        }
        return new ScriptLimits(
                Long.parseLong(limits[0]),
                Long.parseLong(limits[1]),
                Long.parseLong(limits[2]),
                Long.parseLong(limits[3]),
                Long.parseLong(limits[4]),
                Long.parseLong(limits[5]),
                Long.parseLong(limits[6]),
                Integer.parseInt(limits[7]),
                Integer.parseInt(limits[8]),
                Long.parseLong(limits[9]),
                Integer.parseInt(limits[10]),
                Long.parseLong(limits[11]),
                Integer.parseInt(limits[12]),
                Long.parseLong(limits[13]));
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
