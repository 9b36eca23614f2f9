package io.circles.server.mpc;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What ids and numbers look like on the wire, in both dialects.
public final class RelayForms {
    /// The largest party number, index, round, `parties` and `threshold`: they have 16 bits.
    public static final int LARGEST = 65_535;

    private static final Pattern UUID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private RelayForms() {}

    /// The id of a group or session, in lower case; empty for what is no UUID.
    public static Optional<String> id(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return UUID.matcher(lower).matches() ? Optional.of(lower) : Optional.empty();
    }

    /// Whether a number has 16 bits.
    public static boolean isUnsigned(int number) {
        return number >= 0 && number <= LARGEST;
    }
}
