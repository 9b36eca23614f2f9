package io.circles.server.sigsocket;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.server.store.AskingRow;
import io.circles.server.store.AuditEvent;
import io.circles.server.store.SignRow;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What the circle's handler is given, as `circles.d.ts` declares it.
final class SignedEvent {
    private SignedEvent() {}

    /// @param asking that has ended
    static ObjectNode of(AskingRow asking) {
        AskingRow.End end = asking.end().orElseThrow();
        SignRow first = asking.requests().getFirst();
        ObjectNode event = Json.object().put("id", asking.id()).put("state", end.state());
        ArrayNode keys = event.putArray("keys");
        asking.requests().forEach(request -> keys.add(request.key()));
        event.put("threshold", asking.threshold());
        signatures(event.putArray("signatures"), asking);
        refusals(event.putArray("refusals"), asking);
        return event.put("reason", reason(asking, end).orElse(null))
                .put("message", first.message())
                .put("contentType", first.contentType())
                .put("display", first.display())
                .put("digest", first.digest())
                .put("requester", first.requester())
                .put("requestedAt", first.created().toEpochMilli())
                .put("endedAt", end.at().toEpochMilli());
    }

    private static void signatures(ArrayNode signatures, AskingRow asking) {
        for (SignRow request : inOrder(asking, AuditEvent.APPROVED)) {
            signatures
                    .addObject()
                    .put("key", request.key())
                    .put("signature", request.end().orElseThrow().verdict());
        }
    }

    private static void refusals(ArrayNode refusals, AskingRow asking) {
        for (SignRow request : inOrder(asking, AuditEvent.REJECTED, AuditEvent.FAILED)) {
            SignRow.End end = request.end().orElseThrow();
            refusals.addObject()
                    .put("key", request.key())
                    .put("state", end.event().word())
                    .put("reason", end.verdict().isEmpty() ? null : end.verdict());
        }
    }

    private static Optional<String> reason(AskingRow asking, AskingRow.End end) {
        return end.state().equals(SignState.FAILED.word())
                ? inOrder(asking, AuditEvent.FAILED).stream()
                        .map(request -> request.end().orElseThrow().verdict())
                        .findFirst()
                : Optional.empty();
    }

    /// The requests that ended so, in the order in which they did.
    private static List<SignRow> inOrder(AskingRow asking, AuditEvent... ends) {
        return asking.requests().stream()
                .filter(r -> r.end().filter(e -> List.of(ends).contains(e.event())).isPresent())
                .sorted(Comparator.comparingLong(r -> r.end().orElseThrow().entry()))
                .toList();
    }
}
