package io.circles.launcher;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;

/// What surrounds a command: its streams, the environment, the user's home, and chance.
///
/// @param terminal whether a person sits at `in` and `out`
/// @param home the user's home folder: `HOME`, or what the system says where it is not set
record Shell(
        InputStream in,
        boolean terminal,
        PrintWriter out,
        PrintWriter err,
        Map<String, String> environment,
        Path home,
        SecureRandom random) {

    /// That of this process.
    static Shell ofProcess() {
        Map<String, String> environment = System.getenv();
        String home = environment.getOrDefault("HOME", "");
        return new Shell(
                System.in,
                Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent(),
                new PrintWriter(System.out, true, charset("stdout.encoding")),
                new PrintWriter(System.err, true, charset("stderr.encoding")),
                environment,
                Path.of(home.isEmpty() ? System.getProperty("user.home") : home),
                new SecureRandom());
    }

    private static Charset charset(String property) {
        return Charset.forName(System.getProperty(property), StandardCharsets.UTF_8);
    }

    /// Where a client's key is kept when no other is named.
    KeyFile ownKey() {
        return new KeyFile(home.resolve(".circles").resolve("key.pem"));
    }
}
