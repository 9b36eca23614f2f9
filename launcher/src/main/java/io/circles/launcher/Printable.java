package io.circles.launcher;

import java.util.regex.Pattern;

/// Text of others on its way to a terminal.
final class Printable {
    /// Control characters (C0, DEL, C1), but for line feed and tab, and those that turn the
    /// direction of text.
    private static final Pattern HARMFUL =
            Pattern.compile("[\\p{Cc}\\u202A-\\u202E\\u2066-\\u2069&&[^\\n\\t]]");

    private Printable() {}

    /// The text with `?` for what a terminal would obey rather than show.
    static String of(String text) {
        return HARMFUL.matcher(text).replaceAll("?");
    }
}
