package io.circles.server.circle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.Params;
import io.circles.protocol.RelayApi;
import io.circles.protocol.SignApi;
import io.circles.protocol.WebhookApi;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Java types and the schemas that describe them. The schema of an object stands in the document's
/// components by the name of its record.
final class Types {
    private Types() {}

    /// The record that a schema describes.
    static Class<?> named(String schema) {
        return Stream.of(CircleApi.class, SignApi.class, WebhookApi.class, RelayApi.class)
                .flatMap(api -> Arrays.stream(api.getDeclaredClasses()))
                .filter(type -> type.getSimpleName().equals(schema))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no record is called " + schema));
    }

    /// Fails unless an object has the components of a record: all of them always, and no other.
    static void assertMembers(Class<?> record, JsonNode schema) {
        List<String> names =
                Params.of(record.asSubclass(Record.class)).params().stream()
                        .map(Params.Param::name)
                        .toList();
        assertThat(schema.path("properties").propertyStream().map(Map.Entry::getKey))
                .containsExactlyElementsOf(names);
        assertThat(schema.path("required").valueStream().map(JsonNode::asText))
                .containsExactlyElementsOf(names);
        assertThat(schema.path("additionalProperties")).hasToString("false");
        RecordComponent[] components = record.getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            JsonNode member = schema.path("properties").path(names.get(i));
            assertFits(components[i].getGenericType(), member);
            assertThat(types(member).contains("null"))
                    .as("%s can be null", components[i])
                    .isEqualTo(
                            components[i].getAnnotatedType().isAnnotationPresent(Nullable.class));
        }
    }

    /// Fails unless a schema is of that type.
    static void assertFits(Type type, JsonNode schema) {
        if (type instanceof ParameterizedType list) {
            assertThat(types(schema)).contains("array");
            assertFits(list.getActualTypeArguments()[0], schema.path("items"));
        } else if (type instanceof Class<?> record && record.isRecord()) {
            assertThat(schema.path("$ref").asText())
                    .isEqualTo("#/components/schemas/" + record.getSimpleName());
        } else if (type != JsonNode.class) {
            assertThat(types(schema)).as("%s for %s", schema, type).contains(word(type));
        }
    }

    private static List<String> types(JsonNode schema) {
        JsonNode type = Discovered.resolved(schema).path("type");
        return type.isTextual()
                ? List.of(type.asText())
                : type.valueStream().map(JsonNode::asText).toList();
    }

    private static String word(Type type) {
        if (type == String.class) {
            return "string";
        }
        if (type == List.class) {
            return "array";
        }
        return type == boolean.class ? "boolean" : "integer";
    }
}
