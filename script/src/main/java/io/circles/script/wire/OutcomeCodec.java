package io.circles.script.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Effect;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptResult;
import io.circles.script.SignatureRequest;
import io.circles.script.state.Transaction;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What a job that had a result came to, as JSON.
public final class OutcomeCodec {
    private static final int USUAL_LENGTH = 250;

    private OutcomeCodec() {}

    /// The outcome: an object that can be written, and nothing else.
    public static JsonNode encode(ScriptOutcome outcome) {
        StringBuilder json = new StringBuilder(USUAL_LENGTH);
        result(outcome.result(), json);
        if (!outcome.transaction().equals(Transaction.NONE)) {
            transaction(outcome.transaction(), json.append(",\"transaction\":"));
        }
        if (!outcome.effects().isEmpty()) {
            json.append(",\"effects\":");
            list(outcome.effects(), json, OutcomeCodec::effect);
        }
        json.append(",\"sent_http\":").append(outcome.sentHttp()).append('}');
        return Json.raw(json.toString());
    }

    private static void result(ScriptResult result, StringBuilder json) {
        json.append("{\"output\":");
        Json.quote(result.output(), json);
        json.append(",\"value\":").append(Json.write(result.value()));
        logs("logs", result.logs(), json);
        logs("function_logs", result.functionLogs(), json);
        CircleApi.Usage usage = result.usage();
        json.append(",\"usage\":[")
                .append(usage.wallMs())
                .append(',')
                .append(usage.cpuMs())
                .append(',')
                .append(usage.allocatedBytes())
                .append(']');
    }

    private static void logs(String name, List<CircleApi.LogLine> lines, StringBuilder json) {
        if (!lines.isEmpty()) {
            json.append(",\"").append(name).append("\":");
            list(lines, json, (line, to) -> texts(to, line.level(), line.message()));
        }
    }

    private static void transaction(Transaction transaction, StringBuilder json) {
        json.append("{\"snapshot\":").append(transaction.snapshot()).append(",\"reads\":");
        list(transaction.reads(), json, OutcomeCodec::read);
        json.append(",\"ranges\":");
        list(transaction.ranges(), json, OutcomeCodec::range);
        json.append(",\"writes\":");
        list(transaction.writes(), json, (write, to) -> texts(to, write.key(), write.value()));
        json.append('}');
    }

    private static void read(Transaction.Read read, StringBuilder json) {
        text(read.key(), json.append('['));
        json.append(',').append(read.version()).append(']');
    }

    private static void range(Transaction.Range range, StringBuilder json) {
        text(range.from(), json.append('['));
        text(range.until(), json.append(','));
        json.append(',').append(range.entries()).append(']');
    }

    private static void effect(Effect effect, StringBuilder json) {
        switch (effect) {
            case Effect.Publish publish -> texts(json, "publish", publish.topic(), publish.data());
            case Effect.Sign sign -> sign(sign.request(), json);
            case Effect.CancelSign cancel -> texts(json, "cancel_sign", cancel.id());
        }
    }

    private static void sign(SignatureRequest request, StringBuilder json) {
        text("sign", json.append('['));
        text(request.id(), json.append(','));
        list(request.keys(), json.append(','), (key, to) -> text(key.hex(), to));
        json.append(',').append(request.threshold());
        text(request.message(), json.append(','));
        text(request.contentType(), json.append(','));
        text(request.display(), json.append(','));
        text(request.digest().word(), json.append(','));
        json.append(',').append(request.ttl().toMillis()).append(']');
    }

    private static <T> void list(
            List<T> elements, StringBuilder json, BiConsumer<T, StringBuilder> writer) {
        char before = '[';
        for (T element : elements) {
            writer.accept(element, json.append(before));
            before = ',';
        }
        json.append(elements.isEmpty() ? "[]" : "]");
    }

    private static void texts(StringBuilder json, @Nullable String... texts) {
        list(Arrays.asList(texts), json, OutcomeCodec::text);
    }

    private static void text(@Nullable String text, StringBuilder json) {
        if (text == null) {
            json.append("null");
        } else {
            Json.quote(text, json);
        }
    }

    /// The outcome.
    ///
    /// @throws UnreadableMessage if it is none
    public static ScriptOutcome decode(Fields node) throws UnreadableMessage {
        try {
            return new ScriptOutcome(
                    result(node),
                    node.has("transaction")
                            ? transaction(node.inner("transaction"))
                            : Transaction.NONE,
                    node.has("effects") ? node.list("effects", OutcomeCodec::effect) : List.of(),
                    node.truth("sent_http"));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new UnreadableMessage("an outcome that cannot be", e);
        }
    }

    private static ScriptResult result(Fields node) throws UnreadableMessage {
        Fields usage = node.inner("usage");
        return new ScriptResult(
                node.text("output"),
                node.any("value"),
                logs(node, "logs"),
                logs(node, "function_logs"),
                new CircleApi.Usage(usage.number(0), usage.number(1), usage.number(2)));
    }

    private static List<CircleApi.LogLine> logs(Fields node, String name) throws UnreadableMessage {
        return node.has(name)
                ? node.list(name, line -> new CircleApi.LogLine(line.text(0), line.text(1)))
                : List.of();
    }

    private static Transaction transaction(Fields node) throws UnreadableMessage {
        return new Transaction(
                node.number("snapshot"),
                node.list("reads", read -> new Transaction.Read(read.text(0), read.number(1))),
                node.list(
                        "ranges",
                        range ->
                                new Transaction.Range(
                                        range.text(0), range.textOrNull(1), range.smallNumber(2))),
                node.list(
                        "writes",
                        write -> new Transaction.Write(write.text(0), write.textOrNull(1))));
    }

    private static Effect effect(Fields effect) throws UnreadableMessage {
        String kind = effect.text(0);
        return switch (kind) {
            case "publish" -> new Effect.Publish(effect.text(1), effect.text(2));
            case "sign" -> new Effect.Sign(request(effect));
            case "cancel_sign" -> new Effect.CancelSign(effect.text(1));
            case String other -> throw new UnreadableMessage("no effect is called " + other);
        };
    }

    private static SignatureRequest request(Fields sign) throws UnreadableMessage {
        String digest = sign.text(7);
        return new SignatureRequest(
                sign.text(1),
                sign.texts(2).stream().map(PublicKey::parse).toList(),
                sign.smallNumber(3),
                sign.text(4),
                sign.text(5),
                sign.text(6),
                SignDigest.of(digest)
                        .orElseThrow(() -> new UnreadableMessage("no digest is called " + digest)),
                Duration.ofMillis(sign.number(8)));
    }
}
