package io.circles.launcher;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/// Tells the line editor when a script is complete, and which name stands before the cursor.
/// Thread-safe.
final class ScriptParser implements Parser {
    private static final Pattern NAME = Pattern.compile("[\\w$.]*+$");

    /// A name as it stands, without quotes or escapes.
    private record Name(String line, int cursor, String word) implements CompletingParsedLine {
        @Override
        public int wordCursor() {
            return word.length();
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(word);
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return word.length();
        }

        @Override
        public int rawWordLength() {
            return word.length();
        }
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE || context == ParseContext.SECONDARY_PROMPT) {
            ScriptScan.missing(line)
                    .ifPresent(
                            missing -> {
                                throw new EOFError(-1, cursor, "the script goes on", missing);
                            });
        }
        Matcher name = NAME.matcher(line.substring(0, cursor));
        return new Name(line, cursor, name.find() ? name.group() : "");
    }

    /// A backslash belongs to the script: the history is to keep it.
    @Override
    public boolean isEscapeChar(char c) {
        return false;
    }
}
