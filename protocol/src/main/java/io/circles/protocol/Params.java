package io.circles.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns the `params` of a request into a record, whether they came by name or by position
/// (JSON-RPC 2.0, section 4.2). What is wrong with them is said by the name of the param.
/// Immutable, thread-safe.
///
/// @param <R> the record; a component that is not marked nullable must be given, unknown names are
///     refused, and null counts as not given
public final class Params<R extends Record> {

    /// One param as callers write it.
    ///
    /// @param name in `snake_case`
    public record Param(String name, boolean required, Class<?> type) {}

    private final Class<R> type;
    private final UnaryOperator<@Nullable JsonNode> first;
    private final List<Param> params;

    private Params(Class<R> type, UnaryOperator<@Nullable JsonNode> first) {
        this.type = type;
        this.first = first;
        this.params = params(type);
    }

    private static List<Param> params(Class<?> type) {
        return Arrays.stream(type.getRecordComponents()).map(Params::param).toList();
    }

    /// The params that a record describes.
    public static <R extends Record> Params<R> of(Class<R> type) {
        return new Params<>(type, json -> json);
    }

    /// The params that a record describes, where callers may also write them in another form.
    ///
    /// @param first turns the other form into the record's, and leaves the rest as it is
    public static <R extends Record> Params<R> of(
            Class<R> type, UnaryOperator<@Nullable JsonNode> first) {
        return new Params<>(type, first);
    }

    private static Param param(RecordComponent component) {
        return new Param(
                PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName()),
                !component.getAnnotatedType().isAnnotationPresent(Nullable.class),
                component.getType());
    }

    /// The params in their order.
    public List<Param> params() {
        return params;
    }

    /// Reads them.
    ///
    /// @param params an object, an array, or null when the request had none
    /// @throws CircleException [ErrorCode#INVALID_PARAMS] with `data.param`
    public R decode(@Nullable JsonNode params) {
        JsonNode json = first.apply(params);
        ObjectNode named = json == null ? Json.object() : byName(json);
        requireAll(named, this.params, "");
        try {
            return Json.value(named, type);
        } catch (JsonProcessingException e) {
            throw unfit(e);
        }
    }

    private static void requireAll(JsonNode named, List<Param> params, String prefix) {
        for (Param param : params) {
            JsonNode value = named.path(param.name());
            String path = prefix + param.name();
            boolean given =
                    param.type() == JsonNode.class ? !value.isMissingNode() : !isAbsent(value);
            if (param.required() && !given) {
                throw CircleException.invalidParam(path, path + " is missing");
            }
            if (param.type().isRecord() && value.isObject()) {
                requireAll(value, params(param.type()), path + ".");
            }
        }
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private ObjectNode byName(JsonNode json) {
        ObjectNode named = Json.object();
        if (json.isObject()) {
            json.properties().forEach(member -> put(named, member.getKey(), member.getValue()));
            return named;
        }
        if (json.size() > params.size()) {
            throw CircleException.invalidParam(
                    Integer.toString(params.size()),
                    "at most " + params.size() + ": " + names(params));
        }
        for (int i = 0; i < json.size(); i++) {
            put(named, params.get(i).name(), json.get(i));
        }
        return named;
    }

    /// (Every request does this for each param, so there is no stream.)
    private void put(ObjectNode named, String name, JsonNode value) {
        boolean absent = false;
        for (Param param : params) {
            absent |= value.isNull() && param.name().equals(name) && param.type() != JsonNode.class;
        }
        if (!absent) {
            named.set(name, value);
        }
    }

    private CircleException unfit(JsonProcessingException e) {
        String path = e instanceof JsonMappingException mapping ? path(mapping) : "";
        if (e instanceof UnrecognizedPropertyException unknown) {
            return CircleException.invalidParam(
                    path,
                    path + " is not known; there is " + names(params(unknown.getReferringClass())));
        }
        return CircleException.invalidParam(path, path + " is not " + expected(path));
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(
                        part ->
                                part.getFieldName() != null
                                        ? part.getFieldName()
                                        : "" + part.getIndex())
                .collect(Collectors.joining("."));
    }

    private static String names(List<Param> params) {
        return params.isEmpty()
                ? "none"
                : params.stream().map(Param::name).collect(Collectors.joining(", "));
    }

    private String expected(String path) {
        String top = path.contains(".") ? "" : path;
        return params.stream()
                .filter(param -> param.name().equals(top))
                .findFirst()
                .map(param -> word(param.type()))
                .orElse("what it should be");
    }

    private static String word(Class<?> type) {
        if (type == String.class) {
            return "a string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == List.class) {
            return "an array";
        }
        return type.isRecord() ? "an object" : "a whole number in range";
    }
}
