package io.circles.server.store;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A place in a chain, as somebody has noted it outside of the circle. Immutable.
///
/// @param number of an entry
/// @param hash of that entry, in hex
public record AuditMark(long number, String hash) {
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,17}):([0-9a-fA-F]{64})");

    /// Reads `NUMBER:HASH`.
    ///
    /// @throws IllegalArgumentException if it is something else
    public static AuditMark parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "\"%s\" is not NUMBER:HASH, with 64 hex digits".formatted(text));
        }
        return new AuditMark(
                Long.parseLong(parts.group(1)), parts.group(2).toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return number + ":" + hash;
    }
}
