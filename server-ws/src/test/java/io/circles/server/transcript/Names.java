package io.circles.server.transcript;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The placeholders of a transcript.
///
/// In a sent line `${name}` stands for what an expected line has bound, `${alice}` for a key of the
/// [Cast], `${alice signs nonce}` for a signature over what `nonce` is bound to, and `${alice signs
/// nonce as der}` for the same in another form. In an expected line a string that is just `${name}`
/// matches anything and binds it, or matches what it is bound to already; `${}` matches anything.
final class Names {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");
    private static final Pattern SIGNS = Pattern.compile("(\\w+) signs (\\w+)(?: as ([\\w-]+))?");

    private final Map<String, JsonNode> bound = new HashMap<>();

    Names() {
        for (Cast each : Cast.values()) {
            bound.put(
                    each.name().toLowerCase(Locale.ROOT), Json.text(each.pair().publicKey().hex()));
        }
    }

    String fill(String line) {
        return PLACEHOLDER
                .matcher(line)
                .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1))));
    }

    private String value(String placeholder) {
        Matcher signs = SIGNS.matcher(placeholder);
        if (signs.matches()) {
            Cast signer = Cast.valueOf(signs.group(1).toUpperCase(Locale.ROOT));
            String form = signs.group(3) == null ? "hex" : signs.group(3);
            return signer.sign(text(signs.group(2)), form);
        }
        return text(placeholder);
    }

    private String text(String name) {
        JsonNode value = bound.get(name);
        if (value == null) {
            throw new AssertionError("nothing is bound to ${" + name + "}");
        }
        return value.isTextual() ? value.textValue() : Json.write(value);
    }

    /// Whether a value is what was expected. Objects have exactly the expected members; arrays that
    /// answer a batch may come in any order.
    boolean matches(JsonNode expected, JsonNode actual) {
        if (expected.isTextual()) {
            Matcher placeholder = PLACEHOLDER.matcher(expected.textValue());
            if (placeholder.matches()) {
                return bind(placeholder.group(1), actual);
            }
        }
        if (expected.isObject()) {
            return expected.size() == actual.size()
                    && expected.propertyStream()
                            .allMatch(
                                    m ->
                                            actual.has(m.getKey())
                                                    && matches(
                                                            m.getValue(), actual.get(m.getKey())));
        }
        if (expected.isArray()) {
            return expected.size() == actual.size() && matchesInAnyOrder(expected, actual);
        }
        return expected.equals(actual);
    }

    private boolean matchesInAnyOrder(JsonNode expected, JsonNode actual) {
        List<JsonNode> left = new ArrayList<>();
        actual.forEach(left::add);
        for (JsonNode each : expected) {
            if (left.stream()
                    .filter(one -> matches(each, one))
                    .findFirst()
                    .map(left::remove)
                    .isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private boolean bind(String name, JsonNode actual) {
        return name.isEmpty()
                || bound.putIfAbsent(name, actual) == null
                || actual.equals(bound.get(name));
    }
}
