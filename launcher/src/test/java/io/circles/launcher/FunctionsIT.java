package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A circle's own functions, from their files to `circles call`.
class FunctionsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String SHOP =
            "[{\"name\": \"shop\", \"port\": 0, \"script\": \"shop/main.js\", \"secrets\": {\"mail\": \"file:token\"}}]";
    private static final String MAIN =
            """
            import {word} from "./lib/word.js";
            export function greet(who) { return word + ", " + who; }
            export function token() { return secrets.get("mail").length; }
            """;

    @TempDir private Path folder;

    @BeforeEach
    void files() throws IOException {
        write("shop/main.js", MAIN);
        write("shop/lib/word.js", "export const word = 'Hello';");
        write("token", "abc\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text);
    }

    private String called(CirclesProcess up, String... functionAndArgs) throws Exception {
        String[] command = new String[functionAndArgs.length + 2];
        command[0] = "call";
        command[1] = up.url(0).toString();
        System.arraycopy(functionAndArgs, 0, command, 2, functionAndArgs.length);
        try (CirclesProcess call = CirclesProcess.start(folder, command)) {
            int code = call.exitCode();
            return code == 0 ? call.out().strip() : "exit code " + code;
        }
    }

    @Test
    void aFunctionIsCalledAndKnowsItsSecrets() throws Exception {
        try (CirclesProcess up = CirclesProcess.servingAlone(folder, SHOP)) {
            assertThat(called(up, "greet", "--args", "\"Ada\"")).isEqualTo("Hello, Ada");
            assertThat(called(up, "token")).isEqualTo("3");
            assertThat(called(up, "none")).isEqualTo("exit code " + ExitCode.REFUSED.number());
        }
        Path data = folder.resolve("data/shop");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                .as("what a circle keeps is for its owner only")
                .isEqualTo("rwx------");
    }

    @Test
    void aChangedFileChangesTheAnswerAndABrokenOneKeepsTheLastGoodOne() throws Exception {
        try (CirclesProcess up = CirclesProcess.servingAlone(folder, SHOP)) {
            write("shop/lib/word.js", "export const word = 'Goodbye';");
            await().atMost(PATIENCE).until(() -> up.err().contains("module reloaded"));
            assertThat(called(up, "greet", "--args", "\"Ada\"")).isEqualTo("Goodbye, Ada");

            write("shop/lib/word.js", "export const word =\n  'Good' 'bye';");
            await().atMost(PATIENCE).until(() -> up.err().contains("module not reloaded"));
            assertThat(up.err()).contains("lib/word.js:2:");
            assertThat(called(up, "greet", "--args", "\"Ada\"")).isEqualTo("Goodbye, Ada");
        }
    }

    @Test
    void functionsThatCannotBeLoadedStartNothing() throws Exception {
        write("shop/main.js", "export function f( {");
        write(
                "circles.json",
                "{\"workers\": {\"spares\": 0, \"warm_plays\": 0}, \"circles\": " + SHOP + "}");
        try (CirclesProcess up = CirclesProcess.start(folder, "up")) {
            assertThat(up.exitCode()).isEqualTo(ExitCode.NOT_STARTED.number());
            assertThat(up.err()).contains("circle shop: its functions: main.js:1:");
            assertThat(up.out()).isEmpty();
        }
    }
}
