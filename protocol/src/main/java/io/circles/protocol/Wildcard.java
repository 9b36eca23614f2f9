package io.circles.protocol;

/// A pattern in which `*` stands for any run of characters, none and dots included, and every other
/// character for itself. Topics, webhook routes and allow-lists use it. Immutable.
///
/// Matching takes time in proportion to the product of both lengths at most.
public final class Wildcard {
    private static final char ANY = '*';

    private final String pattern;

    private Wildcard(String pattern) {
        this.pattern = pattern;
    }

    /// The pattern as it is written; any text is one.
    public static Wildcard of(String pattern) {
        return new Wildcard(pattern);
    }

    /// Whether the whole text is as the pattern says.
    public boolean matches(String text) {
        int at = 0;
        int next = 0;
        int star = -1;
        int resumeAt = 0;
        while (at < text.length()) {
            if (next < pattern.length() && pattern.charAt(next) == ANY) {
                star = next++;
                resumeAt = at;
            } else if (next < pattern.length() && pattern.charAt(next) == text.charAt(at)) {
                next++;
                at++;
            } else if (star >= 0) {
                // the last star takes one character more
                next = star + 1;
                at = ++resumeAt;
            } else {
                return false;
            }
        }
        return pattern.chars().skip(next).allMatch(rest -> rest == ANY);
    }

    /// The pattern as it was given.
    @Override
    public String toString() {
        return pattern;
    }
}
