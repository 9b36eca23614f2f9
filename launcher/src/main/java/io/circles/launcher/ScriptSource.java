package io.circles.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where `play` has its script from.
///
/// @param text the script itself, or `-` for standard input
/// @param file the file to read it from
record ScriptSource(Optional<String> text, Optional<Path> file) {
    private static final String STANDARD_INPUT = "-";

    /// @throws LauncherException unless exactly one is named
    ScriptSource {
        if (text.isPresent() == file.isPresent()) {
            throw new LauncherException(
                    ExitCode.USAGE,
                    "circles: play needs a SCRIPT, or -f FILE, or - for standard input");
        }
    }

    /// How messages call the script.
    String name() {
        return file.map(Path::toString).orElse("script");
    }

    /// The source itself.
    ///
    /// @throws LauncherException if it cannot be read
    String read(InputStream in) {
        try {
            return file.isPresent() ? Files.readString(file.get()) : text(in);
        } catch (IOException e) {
            throw new LauncherException(ExitCode.USAGE, name() + ": " + FileErrors.words(e));
        }
    }

    private String text(InputStream in) throws IOException {
        String script = text.orElse("");
        return script.equals(STANDARD_INPUT)
                ? new String(in.readAllBytes(), StandardCharsets.UTF_8)
                : script;
    }
}
