package io.circles.script.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.List;

/// What a job that had a result came to, as JSON.
public final class OutcomeCodec {
    private OutcomeCodec() {}

    /// The outcome: a new object.
    public static ObjectNode encode(ScriptOutcome outcome) {
        ScriptResult result = outcome.result();
        ObjectNode node = Json.object();
        node.put("output", result.output());
        node.set("value", result.value());
        put(node, "logs", result.logs());
        put(node, "function_logs", result.functionLogs());
        node.putArray("usage")
                .add(result.usage().wallMs())
                .add(result.usage().cpuMs())
                .add(result.usage().allocatedBytes());
        if (!outcome.transaction().equals(Transaction.NONE)) {
            node.set("transaction", transaction(outcome.transaction()));
        }
        if (!outcome.effects().isEmpty()) {
            ArrayNode effects = node.putArray("effects");
            outcome.effects().forEach(effect -> effects.add(effect(effect)));
        }
        node.put("sent_http", outcome.sentHttp());
        return node;
    }

    private static void put(ObjectNode node, String name, List<CircleApi.LogLine> lines) {
        if (!lines.isEmpty()) {
            ArrayNode logs = node.putArray(name);
            lines.forEach(line -> logs.addArray().add(line.level()).add(line.message()));
        }
    }

    private static ObjectNode transaction(Transaction transaction) {
        ObjectNode node = Json.object();
        node.put("snapshot", transaction.snapshot());
        ArrayNode reads = node.putArray("reads");
        transaction.reads().forEach(read -> reads.addArray().add(read.key()).add(read.version()));
        ArrayNode ranges = node.putArray("ranges");
        transaction
                .ranges()
                .forEach(
                        range ->
                                ranges.addArray()
                                        .add(range.from())
                                        .add(range.until())
                                        .add(range.entries()));
        ArrayNode writes = node.putArray("writes");
        transaction
                .writes()
                .forEach(write -> writes.addArray().add(write.key()).add(write.value()));
        return node;
    }

    private static ArrayNode effect(Effect effect) {
        return switch (effect) {
            case Effect.Publish publish ->
                    Json.array().add("publish").add(publish.topic()).add(publish.data());
            case Effect.Sign sign -> sign(sign.request());
            case Effect.CancelSign cancel -> Json.array().add("cancel_sign").add(cancel.id());
        };
    }

    private static ArrayNode sign(SignatureRequest request) {
        return Json.array()
                .add("sign")
                .add(request.id())
                .add(Fields.array(request.keys().stream().map(PublicKey::hex).toList()))
                .add(request.threshold())
                .add(request.message())
                .add(request.contentType())
                .add(request.display())
                .add(request.digest().word())
                .add(request.ttl().toMillis());
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
