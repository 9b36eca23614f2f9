package io.circles.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.Params;
import java.util.List;

/// Reads the results of requests as Java values.
final class Results {
    private static final ClassValue<List<Params.Param>> MEMBERS =
            new ClassValue<>() {
                @Override
                protected List<Params.Param> computeValue(Class<?> type) {
                    return Params.of(type.asSubclass(Record.class)).params();
                }
            };

    private Results() {}

    /// A result of one of the protocol's own methods. A newer circle may send more than the record
    /// has; it may not send less.
    ///
    /// @throws BadReplyException when something is missing or of the wrong kind
    static <R extends Record> R of(String method, JsonNode result, Class<R> type) {
        if (!(result instanceof ObjectNode object)) {
            throw new BadReplyException(method, "it is no object", null);
        }
        for (Params.Param member : MEMBERS.get(type)) {
            boolean absent = !object.has(member.name()) || isNull(object, member);
            if (member.required() && absent) {
                throw new BadReplyException(method, member.name() + " is missing", null);
            }
        }
        return any(method, result, type);
    }

    private static boolean isNull(ObjectNode object, Params.Param member) {
        return object.path(member.name()).isNull() && member.type() != JsonNode.class;
    }

    /// A result as any type that Jackson can read. What the type does not name is passed over.
    ///
    /// @throws BadReplyException when it does not fit, or is null and `type` is not a JSON tree's
    static <T> T any(String method, JsonNode result, Class<T> type) {
        if (result.isNull() && !JsonNode.class.isAssignableFrom(type)) {
            throw new BadReplyException(method, "it is null", null);
        }
        try {
            return Json.knownPart(result, type);
        } catch (JsonProcessingException e) {
            throw new BadReplyException(method, "it is not a " + type.getSimpleName(), e);
        }
    }
}
