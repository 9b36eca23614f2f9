package io.circles.launcher;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Text of others on its way to a terminal.
final class Printable {
    /// Control characters (C0, DEL, C1), but for line feed and tab, and those that turn the
    /// direction of text.
    private static final Pattern HARMFUL =
            Pattern.compile("[\\p{Cc}\\u202A-\\u202E\\u2066-\\u2069&&[^\\n\\t]]");

    /// What is not seen, or seen as something else: control, format, private and unassigned
    /// characters, half surrogates, separators of lines and paragraphs; and a backslash that looks
    /// like the escape of one.
    private static final Pattern UNSEEN = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]|\\\\(?=u\\{)");

    /// The same in a line of JSON, where ASCII is escaped already.
    private static final Pattern UNSEEN_IN_JSON =
            Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}&&[^\\x00-\\x7E]]");

    private static final int COLUMNS = 36;
    private static final char FIRST_WIDE = 0x300;

    private Printable() {}

    /// The text with `?` for what a terminal would obey rather than show.
    static String of(String text) {
        return HARMFUL.matcher(text).replaceAll("?");
    }

    /// The text in one line, with escapes as JavaScript has them, a backslash and `u{1b}`, for what
    /// would not be seen: nothing is lost.
    static String inline(String text) {
        return UNSEEN.matcher(text)
                .replaceAll(
                        unseen ->
                                Matcher.quoteReplacement(
                                        "\\u{%x}".formatted(unseen.group().codePointAt(0))));
    }

    /// The same, in lines of its own behind bars. What is longer than a narrow terminal is wide
    /// goes on behind a dot: the terminal itself would go on at its left edge, where no bar
    /// stands.
    static List<String> barred(String text) {
        return Arrays.stream(text.split("\n", -1)).flatMap(Printable::wrapped).toList();
    }

    private static Stream<String> wrapped(String line) {
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder("  | ");
        int columns = 0;
        for (int c : inline(line).codePoints().toArray()) {
            int width = c < FIRST_WIDE ? 1 : 2;
            if (columns + width > COLUMNS) {
                pieces.add(piece.toString());
                piece = new StringBuilder("  . ");
                columns = 0;
            }
            piece.appendCodePoint(c);
            columns += width;
        }
        pieces.add(piece.toString());
        return pieces.stream();
    }

    /// A line of JSON with the escapes of JSON for what a terminal might obey.
    static String json(String json) {
        return UNSEEN_IN_JSON
                .matcher(json)
                .replaceAll(
                        unseen ->
                                Matcher.quoteReplacement(
                                        unseen.group()
                                                .chars()
                                                .mapToObj("\\u%04x"::formatted)
                                                .collect(Collectors.joining())));
    }
}
