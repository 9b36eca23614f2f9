package io.circles.launcher;

import java.util.ArrayList;
import java.util.List;

/// What is wrong or questionable in a configuration file, each with its place. Not thread-safe.
final class Findings {
    private final String file;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /// @param file the file's name as the user knows it
    Findings(String file) {
        this.file = file;
    }

    /// Notes something that must be mended before anything can start.
    ///
    /// @param place such as `circles[1].port`; empty for the whole file
    void problem(String place, String text) {
        problems.add(line(place, text));
    }

    /// Notes something that works, though perhaps not as it was meant.
    void warning(String place, String text) {
        warnings.add(line(place, text));
    }

    private String line(String place, String text) {
        return file + ": " + (place.isEmpty() ? "" : place + ": ") + text;
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /// @throws LauncherException with all problems, if there are any
    void throwIfProblems() {
        if (!problems.isEmpty()) {
            throw new LauncherException(ExitCode.CONFIGURATION, problems);
        }
    }
}
