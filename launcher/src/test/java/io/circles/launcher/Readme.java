package io.circles.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The README's snippets, each marked there by a comment `<!-- test: NAME -->` before it.
final class Readme {
    private static final Path FILE = Path.of("..", "README.md");

    private Readme() {}

    /// The text between the fences.
    static String snippet(String name) throws IOException {
        Pattern marked =
                Pattern.compile(
                        "<!-- test: " + name + " -->\\s*```\\w+\\n(.*?)```", Pattern.DOTALL);
        Matcher found = marked.matcher(Files.readString(FILE));
        if (!found.find()) {
            throw new AssertionError("the README has no snippet named " + name);
        }
        return found.group(1);
    }
}
