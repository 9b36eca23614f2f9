package io.circles.script.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.circles.protocol.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Members of a message, read strictly: what is missing or of another type is an
/// [UnreadableMessage].
public record Fields(JsonNode node) {
    /// Reads one element of a list.
    public interface Reader<T> {
        T read(Fields fields) throws UnreadableMessage;
    }

    /// The members of a message's params.
    ///
    /// @param params null when the message has none
    public static Fields of(@Nullable JsonNode params) throws UnreadableMessage {
        if (params == null) {
            throw new UnreadableMessage("the message has no params");
        }
        return new Fields(params);
    }

    private static JsonNode require(JsonNode value, boolean right, Object name)
            throws UnreadableMessage {
        if (!right) {
            throw new UnreadableMessage(name + " is missing or of another type");
        }
        return value;
    }

    public boolean has(String name) {
        return node.has(name);
    }

    public String text(String name) throws UnreadableMessage {
        return asText(node.path(name), name);
    }

    public String text(int index) throws UnreadableMessage {
        return asText(node.path(index), index);
    }

    private static String asText(JsonNode value, Object name) throws UnreadableMessage {
        return require(value, value.isTextual(), name).textValue();
    }

    /// A text that may be JSON's null.
    public @Nullable String textOrNull(int index) throws UnreadableMessage {
        return node.path(index).isNull() ? null : text(index);
    }

    public Optional<String> optionalText(String name) throws UnreadableMessage {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    public long number(String name) throws UnreadableMessage {
        return asNumber(node.path(name), name);
    }

    public long number(int index) throws UnreadableMessage {
        return asNumber(node.path(index), index);
    }

    private static long asNumber(JsonNode value, Object name) throws UnreadableMessage {
        return require(value, value.isIntegralNumber() && value.canConvertToLong(), name)
                .longValue();
    }

    public int smallNumber(String name) throws UnreadableMessage {
        return small(number(name), name);
    }

    public int smallNumber(int index) throws UnreadableMessage {
        return small(number(index), index);
    }

    private static int small(long number, Object name) throws UnreadableMessage {
        if (number != (int) number) {
            throw new UnreadableMessage(name + " is too big");
        }
        return (int) number;
    }

    public boolean truth(String name) throws UnreadableMessage {
        JsonNode value = node.path(name);
        return require(value, value.isBoolean(), name).booleanValue();
    }

    public JsonNode any(String name) throws UnreadableMessage {
        JsonNode value = node.path(name);
        return require(value, !value.isMissingNode(), name);
    }

    public Fields inner(String name) throws UnreadableMessage {
        JsonNode value = node.path(name);
        return new Fields(require(value, value.isContainerNode(), name));
    }

    public List<String> texts(String name) throws UnreadableMessage {
        return asTexts(array(name), name);
    }

    public List<String> texts(int index) throws UnreadableMessage {
        JsonNode value = node.path(index);
        return asTexts(require(value, value.isArray(), index), index);
    }

    /// The elements, if this is a list of texts.
    public List<String> texts() throws UnreadableMessage {
        return asTexts(require(node, node.isArray(), "a list"), "an element");
    }

    private static List<String> asTexts(JsonNode array, Object name) throws UnreadableMessage {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : array) {
            texts.add(asText(value, name));
        }
        return texts;
    }

    public <T> List<T> list(String name, Reader<T> reader) throws UnreadableMessage {
        List<T> all = new ArrayList<>();
        for (JsonNode value : array(name)) {
            all.add(reader.read(new Fields(require(value, value.isContainerNode(), name))));
        }
        return all;
    }

    private JsonNode array(String name) throws UnreadableMessage {
        JsonNode value = node.path(name);
        return require(value, value.isArray(), name);
    }

    /// An array of texts, to be sent.
    public static ArrayNode array(Collection<String> texts) {
        ArrayNode array = Json.array();
        texts.forEach(array::add);
        return array;
    }
}
