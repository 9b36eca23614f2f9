package io.circles.script.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.circles.protocol.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Members of a message, read strictly: what is missing or of another type is an [UnreadableLine].
record Fields(JsonNode node) {
    /// Reads one element of a list.
    interface Reader<T> {
        T read(Fields fields) throws UnreadableLine;
    }

    /// @param params null when the message has none
    static Fields of(@Nullable JsonNode params) throws UnreadableLine {
        if (params == null) {
            throw new UnreadableLine("the message has no params");
        }
        return new Fields(params);
    }

    private static JsonNode require(JsonNode value, boolean right, Object name)
            throws UnreadableLine {
        if (!right) {
            throw new UnreadableLine(name + " is missing or of another type");
        }
        return value;
    }

    boolean has(String name) {
        return node.has(name);
    }

    String text(String name) throws UnreadableLine {
        return asText(node.path(name), name);
    }

    String text(int index) throws UnreadableLine {
        return asText(node.path(index), index);
    }

    private static String asText(JsonNode value, Object name) throws UnreadableLine {
        return require(value, value.isTextual(), name).textValue();
    }

    /// A text that may be JSON's null.
    @Nullable String textOrNull(int index) throws UnreadableLine {
        return node.path(index).isNull() ? null : text(index);
    }

    Optional<String> optionalText(String name) throws UnreadableLine {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    long number(String name) throws UnreadableLine {
        return asNumber(node.path(name), name);
    }

    long number(int index) throws UnreadableLine {
        return asNumber(node.path(index), index);
    }

    private static long asNumber(JsonNode value, Object name) throws UnreadableLine {
        return require(value, value.isIntegralNumber() && value.canConvertToLong(), name)
                .longValue();
    }

    int smallNumber(String name) throws UnreadableLine {
        return small(number(name), name);
    }

    int smallNumber(int index) throws UnreadableLine {
        return small(number(index), index);
    }

    private static int small(long number, Object name) throws UnreadableLine {
        if (number != (int) number) {
            throw new UnreadableLine(name + " is too big");
        }
        return (int) number;
    }

    boolean truth(String name) throws UnreadableLine {
        JsonNode value = node.path(name);
        return require(value, value.isBoolean(), name).booleanValue();
    }

    JsonNode any(String name) throws UnreadableLine {
        JsonNode value = node.path(name);
        return require(value, !value.isMissingNode(), name);
    }

    Fields inner(String name) throws UnreadableLine {
        JsonNode value = node.path(name);
        return new Fields(require(value, value.isContainerNode(), name));
    }

    List<String> texts(String name) throws UnreadableLine {
        return asTexts(array(name), name);
    }

    List<String> texts(int index) throws UnreadableLine {
        JsonNode value = node.path(index);
        return asTexts(require(value, value.isArray(), index), index);
    }

    private static List<String> asTexts(JsonNode array, Object name) throws UnreadableLine {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : array) {
            texts.add(asText(value, name));
        }
        return texts;
    }

    <T> List<T> list(String name, Reader<T> reader) throws UnreadableLine {
        List<T> all = new ArrayList<>();
        for (JsonNode value : array(name)) {
            all.add(reader.read(new Fields(require(value, value.isContainerNode(), name))));
        }
        return all;
    }

    private JsonNode array(String name) throws UnreadableLine {
        JsonNode value = node.path(name);
        return require(value, value.isArray(), name);
    }

    /// An array of texts, to be sent.
    static ArrayNode array(Collection<String> texts) {
        ArrayNode array = Json.array();
        texts.forEach(array::add);
        return array;
    }
}
