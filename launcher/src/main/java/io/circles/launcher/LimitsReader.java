package io.circles.launcher;

import io.circles.server.Limit;
import io.circles.server.Limits;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads bounds: `limits` of a circle and of `defaults`.
final class LimitsReader {
    private static final List<String> WORDS =
            Arrays.stream(Limit.values()).map(Limit::word).toList();
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,9})([kmg]?)");
    private static final Map<String, Integer> POWERS = Map.of("k", 10, "m", 20, "g", 30);

    private LimitsReader() {}

    /// The limits that `defaults` become by what is said here.
    static Limits read(ConfigReader section, Limits defaults) {
        Limits limits = defaults;
        for (Map.Entry<String, ConfigReader> field : section.fields().entrySet()) {
            limits = with(limits, field.getKey(), field.getValue());
        }
        return limits;
    }

    private static Limits with(Limits limits, String word, ConfigReader field) {
        Optional<Limit> limit = Limit.of(word);
        if (limit.isEmpty()) {
            field.problem("is not a limit; " + Suggestion.among(WORDS, word));
            return limits;
        }
        return value(limit.get(), field)
                .map(value -> limits.with(limit.get(), value))
                .orElse(limits);
    }

    private static Optional<Long> value(Limit limit, ConfigReader field) {
        return switch (limit.unit()) {
            case BYTES -> bytes(field, limit.least(), limit.most());
            case COUNT, MILLISECONDS -> field.number(limit.least(), limit.most());
        };
    }

    /// Bytes as a number or as text such as `64k`.
    static Optional<Long> bytes(ConfigReader field, long least, long most) {
        if (!field.isText()) {
            return field.number(least, most);
        }
        Optional<Long> value = field.text(LimitsReader::bytes);
        if (value.isPresent() && (value.get() < least || value.get() > most)) {
            field.problem("must be from %d to %d bytes".formatted(least, most));
            return Optional.empty();
        }
        return value;
    }

    /// Reads `64k`, `1m`, `2g` or a plain number: bytes in powers of 1,024.
    static long bytes(String text) {
        Matcher parts = BYTES.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "must be a number of bytes, or text such as \"64k\", \"1m\" or \"2g\"");
        }
        return Long.parseLong(parts.group(1)) << POWERS.getOrDefault(parts.group(2), 0);
    }
}
