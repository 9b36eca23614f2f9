package io.circles.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// JSON as Circles reads and writes it: strict, exact and bounded, through one mapper.
///
/// Strict: no trailing text, no duplicate members, no unknown fields, no coercion of one type into
/// another. Exact: numbers keep their digits. Bounded: [#MAX_DEPTH] levels, [#MAX_STRING] of a
/// string. Java's `camelCase` is
/// JSON's `snake_case`. Thread-safe.
public final class Json {
    /// How many objects and arrays may stand inside each other.
    public static final int MAX_DEPTH = 256;

    /// How many characters a string may have: as many as the largest message that can be configured
    /// has bytes, since one message may stand in another as a string.
    public static final int MAX_STRING = 64 << 20;

    private static final JsonMapper MAPPER = mapper();
    private static final ObjectReader NESTED =
            MAPPER.readerFor(JsonNode.class)
                    .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final ObjectReader NEWER =
            MAPPER.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private Json() {}

    private static JsonMapper mapper() {
        JsonFactory factory =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(MAX_DEPTH)
                                        .maxStringLength(MAX_STRING)
                                        .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .recyclerPool(new BufferPool())
                        .build();
        return JsonMapper.builder(factory)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        text -> {
                            text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                            text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                            text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                        })
                .withCoercionConfig(
                        LogicalType.Integer,
                        integer ->
                                integer.setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
                .build();
    }

    /// Reads one JSON value.
    ///
    /// @throws JsonProcessingException if the text is not exactly one; it has the place
    public static JsonNode parse(String text) throws JsonProcessingException {
        try (JsonParser parser = parser(text)) {
            JsonNode tree = MAPPER.readTree(parser);
            if (tree == null) {
                throw new JsonParseException(parser, "the text is empty");
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes a value as one line.
    public static String write(JsonNode value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = generator(text)) {
            json.writeTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /// A record, list, map or scalar as a tree.
    public static JsonNode tree(@Nullable Object value) {
        return value == null ? NullNode.instance : MAPPER.valueToTree(value);
    }

    /// A record, list, map or scalar that need not become a tree before it is written. It can be
    /// written, and nothing else.
    public static JsonNode unwritten(@Nullable Object value) {
        return value instanceof JsonNode tree ? tree : JsonNodeFactory.instance.pojoNode(value);
    }

    /// A tree as a record.
    ///
    /// @throws JsonProcessingException if it does not fit; it has the path
    public static <T> T value(JsonNode tree, Class<T> type) throws JsonProcessingException {
        return MAPPER.treeToValue(tree, type);
    }

    /// A tree as a record, where the sender may be newer than this reader and say more.
    ///
    /// @throws JsonProcessingException if what is known does not fit; it has the path
    public static <T> T knownPart(JsonNode tree, Class<T> type) throws JsonProcessingException {
        return NEWER.treeToValue(tree, type);
    }

    /// What is wrong with a text, in one sentence and without the library's own terms.
    public static String problem(JsonProcessingException e) {
        String words = e.getOriginalMessage();
        return words.startsWith("Trailing token")
                ? "there is something after the end of the JSON value"
                : words.replaceFirst("\\s*(\\(start marker|: maybe|: enable) .*", "")
                        .replaceFirst(", from `[^`]*`\\)$", ")");
    }

    /// Writes a text as a JSON string of ASCII characters only, so that even half a surrogate pair,
    /// which UTF-8 does not have, comes back as it came.
    static String writeAscii(String text) {
        StringWriter ascii = new StringWriter();
        try (JsonGenerator json = generator(ascii)) {
            json.enable(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature());
            json.writeString(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ascii.toString();
    }

    /// An empty object.
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// An empty array.
    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /// A JSON string.
    public static TextNode text(String text) {
        return TextNode.valueOf(text);
    }

    /// Writes a text as a JSON string to the end of what there is.
    public static void quote(String text, StringBuilder json) {
        json.append('"');
        if (isPlain(text)) {
            json.append(text);
        } else {
            JsonStringEncoder.getInstance().quoteAsString(text, json);
        }
        json.append('"');
    }

    /// Whether nothing in it must be escaped (RFC 8259, section 7): most texts are so, and the
    /// library writes all of them character by character.
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    /// A value that was written already: it goes into what it is put in as it is, so that a large
    /// one need not be read only to be written again. It can be written, and nothing else.
    ///
    /// @param json exactly one JSON value, which is not checked
    public static JsonNode raw(String json) {
        return JsonNodeFactory.instance.rawValueNode(new RawValue(json));
    }

    /// The value at the parser's current token, read to its last token.
    static JsonNode nextTree(JsonParser parser) throws IOException {
        return NESTED.readValue(parser);
    }

    static JsonParser parser(String text) throws IOException {
        return MAPPER.createParser(text);
    }

    static JsonGenerator generator(StringWriter text) throws IOException {
        return MAPPER.createGenerator(text);
    }
}
