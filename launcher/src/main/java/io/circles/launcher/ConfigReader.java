package io.circles.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/// A value of a configuration file that knows its place. What does not fit is noted as a problem,
/// and reading goes on, so that all problems are found at once. A field that was never asked for is
/// unknown: see [#refuseOtherFields]. Not thread-safe.
final class ConfigReader {
    private final String place;
    private final JsonNode node;
    private final Findings findings;
    private final Set<String> asked = new LinkedHashSet<>();

    private ConfigReader(String place, JsonNode node, Findings findings) {
        this.place = place;
        this.node = node;
        this.findings = findings;
    }

    /// The whole file.
    static ConfigReader root(JsonNode node, Findings findings) {
        return new ConfigReader("", node, findings);
    }

    /// Such as `circles[1].port`; empty for the whole file.
    String place() {
        return place;
    }

    void problem(String text) {
        findings.problem(place, text);
    }

    void warning(String text) {
        findings.warning(place, text);
    }

    boolean isArray() {
        return node.isArray();
    }

    boolean isText() {
        return node.isTextual();
    }

    boolean isFlag() {
        return node.isBoolean();
    }

    /// A field of this object, which need not be there.
    Optional<ConfigReader> field(String name) {
        asked.add(name);
        return Optional.ofNullable(node.get(name)).map(value -> at("." + name, value));
    }

    /// A field of this object that must be there.
    ///
    /// @param what what it would be, for who left it out
    Optional<ConfigReader> required(String name, String what) {
        Optional<ConfigReader> field = field(name);
        if (field.isEmpty() && node.isObject()) {
            findings.problem(under("." + name), "is missing; it is " + what);
        }
        return field;
    }

    /// A field of this object that holds more of them; without it, one without fields.
    ConfigReader section(String name) {
        return field(name).orElseGet(() -> at("." + name, Json.object()));
    }

    /// The values of this array, in order; nothing and a problem if it is none.
    List<ConfigReader> items() {
        if (!node.isArray()) {
            mustBe("an array");
            return List.of();
        }
        return IntStream.range(0, node.size())
                .mapToObj(i -> at("[" + i + "]", node.get(i)))
                .toList();
    }

    /// The values of an array in a field of this object; nothing without the field.
    List<ConfigReader> items(String name) {
        return field(name).map(ConfigReader::items).orElse(List.of());
    }

    /// All fields of this object, for names that are chosen by the user or come from a table.
    Map<String, ConfigReader> fields() {
        checkObject();
        Map<String, ConfigReader> fields = new LinkedHashMap<>();
        node.properties().forEach(f -> fields.put(f.getKey(), at("." + f.getKey(), f.getValue())));
        return fields;
    }

    /// The text that this is.
    Optional<String> text() {
        return node.isTextual() ? Optional.of(node.textValue()) : mustBe("text");
    }

    /// The text that this is, as something else.
    ///
    /// @param parse throws an [IllegalArgumentException] that says what would be right
    <T> Optional<T> text(Function<String, T> parse) {
        return text().flatMap(text -> parsed(text, parse));
    }

    private <T> Optional<T> parsed(String text, Function<String, T> parse) {
        try {
            return Optional.of(parse.apply(text));
        } catch (IllegalArgumentException e) {
            problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /// The `true` or `false` that this is.
    Optional<Boolean> flag() {
        return node.isBoolean() ? Optional.of(node.booleanValue()) : mustBe("true or false");
    }

    /// The whole number that this is.
    Optional<Long> number(long least, long most) {
        boolean fits = node.isIntegralNumber() && node.canConvertToLong();
        if (fits && node.longValue() >= least && node.longValue() <= most) {
            return Optional.of(node.longValue());
        }
        return mustBe("a whole number from %d to %d".formatted(least, most));
    }

    /// Notes a problem for every field that was not asked for, with what it may have been meant to
    /// be.
    void refuseOtherFields() {
        fields().forEach(
                        (name, value) -> {
                            if (!asked.contains(name)) {
                                value.problem("is not known; " + Suggestion.among(asked, name));
                            }
                        });
    }

    private void checkObject() {
        if (!node.isObject()) {
            mustBe("an object");
        }
    }

    /// Notes that this is of another kind; always empty.
    <T> Optional<T> mustBe(String expected) {
        problem("must be " + expected + ", not " + described());
        return Optional.empty();
    }

    private String described() {
        return switch (node.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "text";
            case NUMBER, BOOLEAN, NULL, BINARY, MISSING, POJO -> node.asText();
        };
    }

    private ConfigReader at(String step, JsonNode value) {
        return new ConfigReader(under(step), value, findings);
    }

    private String under(String step) {
        return place.isEmpty() && step.startsWith(".") ? step.substring(1) : place + step;
    }
}
