package io.circles.launcher;

import java.nio.file.Path;
import java.util.Map;

/// Where circles.json says a secret is kept; the secret itself never stands there.
sealed interface Reference {
    /// `file:PATH`.
    ///
    /// @param path relative ones are already resolved
    record InFile(Path path) implements Reference {}

    /// `env:NAME`.
    record InEnvironment(String name) implements Reference {

        /// The text that it refers to.
        ///
        /// @throws IllegalArgumentException if there is none
        String read(Map<String, String> environment) {
            String value = environment.get(name);
            if (value == null) {
                throw new IllegalArgumentException(
                        "the environment variable " + name + " is not set");
            }
            return value;
        }
    }

    /// Reads `file:PATH` or `env:NAME`.
    ///
    /// @param folder what a relative path is relative to
    /// @throws IllegalArgumentException for anything else; it does not show the text, which may be
    ///     the secret
    static Reference parse(String text, Path folder) {
        if (text.startsWith("file:") && text.length() > "file:".length()) {
            return new InFile(ConfiguredPath.under(folder, text.substring("file:".length())));
        }
        if (text.startsWith("env:") && text.length() > "env:".length()) {
            return new InEnvironment(text.substring("env:".length()));
        }
        throw new IllegalArgumentException(
                "must be \"file:PATH\" or \"env:NAME\"; a secret itself never stands in this file");
    }
}
