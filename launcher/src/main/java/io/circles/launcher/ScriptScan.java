package io.circles.launcher;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;

/// Looks through JavaScript for what is still open at its end: brackets, templates, comments. What
/// is wrong otherwise is not looked for: the circle says so better. Not thread-safe.
final class ScriptScan {
    private static final String TEMPLATE = "`";
    private static final String COMMENT = "*/";

    /// Words behind which a slash begins a regular expression.
    private static final Set<String> BEFORE_A_VALUE =
            Set.of(
                    "await",
                    "case",
                    "delete",
                    "do",
                    "else",
                    "in",
                    "instanceof",
                    "new",
                    "of",
                    "return",
                    "throw",
                    "typeof",
                    "void",
                    "yield");

    private final String text;
    private final Deque<String> open = new ArrayDeque<>();
    private int at;

    /// Whether a value ends here, so that a slash divides.
    private boolean value;

    private ScriptScan(String text) {
        this.text = text;
    }

    /// What has to come first to end what is open; nothing for a script that is complete, or wrong
    /// in a way that more of it does not mend.
    static Optional<String> missing(String script) {
        ScriptScan scan = new ScriptScan(script);
        while (scan.at < script.length()) {
            scan.step();
        }
        return Optional.ofNullable(scan.open.peek());
    }

    private void step() {
        char c = text.charAt(at);
        if (TEMPLATE.equals(open.peek())) {
            template(c);
            return;
        }
        switch (c) {
            case '"', '\'' -> quoted(c);
            case '`' -> begin(TEMPLATE);
            case '(' -> begin(")");
            case '[' -> begin("]");
            case '{' -> begin("}");
            case ')', ']', '}' -> end(String.valueOf(c));
            case '/' -> slash();
            default -> other(c);
        }
    }

    private void template(char c) {
        if (c == '\\') {
            at += 2;
        } else if (c == '`') {
            end(TEMPLATE);
        } else if (text.startsWith("${", at)) {
            at++;
            begin("}");
        } else {
            at++;
        }
    }

    private void begin(String closing) {
        open.push(closing);
        value = false;
        at++;
    }

    private void end(String closing) {
        if (closing.equals(open.peek())) {
            open.pop();
            value = true;
            at++;
        } else {
            giveUp();
        }
    }

    private void giveUp() {
        open.clear();
        at = text.length();
    }

    /// A string ends in its line, unless a backslash stands before the line's end.
    private void quoted(char quote) {
        int end = closing(quote);
        if (end < 0) {
            giveUp();
        } else {
            value = true;
            at = end + 1;
        }
    }

    private void slash() {
        if (text.startsWith("//", at)) {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
        } else if (text.startsWith("/*", at)) {
            comment();
        } else {
            int end = value ? -1 : closing('/');
            value = end >= 0;
            at = value ? end + 1 : at + 1;
        }
    }

    private void comment() {
        int end = text.indexOf(COMMENT, at + 2);
        if (end < 0) {
            open.push(COMMENT);
        }
        at = end < 0 ? text.length() : end + COMMENT.length();
    }

    /// Where a literal that begins here ends in its line, or -1. A slash between square brackets
    /// does not end a regular expression.
    private int closing(char end) {
        boolean inClass = false;
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '\n') {
                return -1;
            } else if (c == end && !inClass) {
                return i;
            } else if (end == '/') {
                inClass = c == '[' || (inClass && c != ']');
            }
        }
        return -1;
    }

    private void other(char c) {
        int start = at;
        while (at < text.length() && Character.isUnicodeIdentifierPart(text.charAt(at))) {
            at++;
        }
        if (at > start) {
            value = !BEFORE_A_VALUE.contains(text.substring(start, at));
        } else {
            at++;
            value = Character.isWhitespace(c) ? value : c == '$';
        }
    }
}
