package io.circles.script.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.script.wire.Fields;
import io.circles.script.wire.UnreadableMessage;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// What a worker says of itself to all nodes.
///
/// @param slots how many scripts it runs at once
/// @param places how many jobs it likes to have, those that run included
/// @param circles the names of those whose jobs alone it takes; empty for those of all others
record WorkerNote(int slots, int places, Set<String> circles) {
    WorkerNote {
        circles = Set.copyOf(circles);
    }

    byte[] written() {
        ObjectNode note = Json.object().put("slots", slots).put("places", places);
        note.set("circles", Fields.array(circles));
        return Json.write(note).getBytes(StandardCharsets.UTF_8);
    }

    static WorkerNote read(Message message) throws UnreadableMessage {
        try {
            Fields note = Fields.of(Json.parse(new String(message.body(), StandardCharsets.UTF_8)));
            return new WorkerNote(
                    note.smallNumber("slots"),
                    note.smallNumber("places"),
                    Set.copyOf(note.texts("circles")));
        } catch (JsonProcessingException e) {
            throw new UnreadableMessage("a note that is no JSON", e);
        }
    }
}
