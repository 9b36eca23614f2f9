package io.circles.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Where circles.json says a secret is kept; the secret itself never stands there.
sealed interface Reference {
    /// `file:PATH`.
    ///
    /// @param path relative ones are already resolved
    record InFile(Path path) implements Reference {}

    /// `env:NAME`.
    record InEnvironment(String name) implements Reference {}

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

    /// The text that it refers to.
    ///
    /// @throws IllegalArgumentException if it is not there or cannot be read
    default String read(Map<String, String> environment) {
        return switch (this) {
            case InFile(Path path) -> read(path);
            case InEnvironment(String name) -> read(environment, name);
        };
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new IllegalArgumentException(path + ": " + FileTrouble.words(e), e);
        }
    }

    private static String read(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the environment variable " + name + " is not set");
        }
        return value;
    }
}
