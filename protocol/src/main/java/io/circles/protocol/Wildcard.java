package io.circles.protocol;

import java.util.Arrays;

/// A pattern in which `*` stands for any run of characters, dots and none at all too; everything
/// else stands for itself. It serves topics, routes of webhooks and lists of hosts.
///
/// Matching takes time in proportion to the text's length, whatever the pattern. Immutable and safe
/// for use by several threads.
public final class Wildcard {
    private static final char ANY = '*';

    private final String pattern;
    private final String first;
    private final String last;
    private final Part[] inner;

    private Wildcard(String pattern, String... parts) {
        this.pattern = pattern;
        this.first = parts[0];
        this.last = parts[parts.length - 1];
        this.inner =
                Arrays.stream(parts, 1, Math.max(1, parts.length - 1))
                        .filter(part -> !part.isEmpty())
                        .map(Part::new)
                        .toArray(Part[]::new);
    }

    /// The pattern that is written like this; every text is one.
    public static Wildcard of(String pattern) {
        return new Wildcard(pattern, pattern.split("[*]", -1));
    }

    /// Whether the pattern has a `*`: without one it matches itself only.
    public boolean isOpen() {
        return pattern.indexOf(ANY) >= 0;
    }

    /// Whether the whole of `text` is as the pattern says, upper and lower case being different.
    public boolean matches(String text) {
        if (!isOpen()) {
            return pattern.equals(text);
        }
        int end = text.length() - last.length();
        if (end < first.length() || !text.startsWith(first) || !text.endsWith(last)) {
            return false;
        }
        int from = first.length();
        for (int i = 0; i < inner.length && from >= 0; i++) {
            from = inner[i].endIn(text, from, end);
        }
        return from >= 0;
    }

    /// The pattern as it was written.
    @Override
    public String toString() {
        return pattern;
    }

    /// Literal text between two `*`, and how far a search for it may go on when it fails (Knuth,
    /// Morris and Pratt): taking each part where it first occurs is enough, and nothing is read
    /// twice.
    private static final class Part {
        private final String text;
        private final int[] borders;

        Part(String text) {
            this.text = text;
            this.borders = new int[text.length()];
            for (int i = 1, matched = 0; i < text.length(); i++) {
                matched = step(matched, text.charAt(i));
                borders[i] = matched;
            }
        }

        private int step(int matched, char next) {
            int longest = matched;
            while (longest > 0 && text.charAt(longest) != next) {
                longest = borders[longest - 1];
            }
            return text.charAt(longest) == next ? longest + 1 : longest;
        }

        /// Where its first occurrence between `from` and `to` ends; -1 if there is none.
        int endIn(String whole, int from, int to) {
            int matched = 0;
            for (int i = from; i < to; i++) {
                matched = step(matched, whole.charAt(i));
                if (matched == text.length()) {
                    return i + 1;
                }
            }
            return -1;
        }
    }
}
