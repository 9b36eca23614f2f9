package io.circles.launcher;

import java.util.Map;

/// Colours for a terminal.
///
/// @param on whether there are any
record Paint(boolean on) {
    private static final int FAINT = 2;
    private static final int RED = 31;

    /// None where `NO_COLOR` is set to anything, or the terminal knows none.
    static Paint of(Map<String, String> environment) {
        return new Paint(
                environment.getOrDefault("NO_COLOR", "").isEmpty() && !isDumb(environment));
    }

    /// Whether the terminal can do nothing but print one line after the other.
    static boolean isDumb(Map<String, String> environment) {
        return environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    /// Of what stands beside the result.
    String faint(String text) {
        return painted(FAINT, text);
    }

    /// Of what has failed.
    String red(String text) {
        return painted(RED, text);
    }

    private String painted(int code, String text) {
        return on ? "\u001b[%dm%s\u001b[0m".formatted(code, text) : text;
    }
}
