package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The command in this process, as far as it needs no network.
class MainTest {
    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        Shell shell =
                new Shell(
                        new ByteArrayInputStream(new byte[0]),
                        false,
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        Map.of(),
                        folder,
                        new SecureRandom());
        return Main.run(shell, args);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "check",
                "keygen",
                "play",
                "call",
                "repl",
                "events",
                "whoami",
                "sign-agent"
            })
    void everyCommandHasHelpWithItsExitCodes(String command) {
        assertThat(run(command, "--help")).isEqualTo(ExitCode.OK.number());

        assertThat(out.toString()).contains("circles " + command);
        assertThat(ExitCode.values())
                .allSatisfy(code -> assertThat(out.toString()).contains(" " + code.number() + " "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "up --version", "play -V"})
    void everyCommandTellsItsVersion(String line) {
        assertThat(run(line.split(" "))).isZero();

        assertThat(out.toString()).startsWith("circles ");
    }

    @Test
    void aMistypedCommandIsAnsweredWithWhatWasMeant() {
        assertThat(run("chek")).isEqualTo(ExitCode.USAGE.number());

        assertThat(err.toString()).contains("circles check", "Try: circles --help");
    }

    @Test
    void withoutACommandCirclesGoUp() {
        String none = folder.resolve("none.json").toString();

        assertThat(run("-v", "--config", none)).isEqualTo(ExitCode.CONFIGURATION.number());
        assertThat(err.toString()).contains(none + ": there is no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--config check", "-v --verbose -c check", "-c check -d up"})
    void theValueOfAnOptionIsNoCommand(String line) {
        assertThat(run(line.split(" "))).isEqualTo(ExitCode.CONFIGURATION.number());

        assertThat(err.toString()).isEqualTo("check: there is no such file\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "play",
                "play ws://127.0.0.1:1",
                "play ws://127.0.0.1:1 1 -f script.js",
                "play ws://127.0.0.1:1 -f none.js",
                "play ws://127.0.0.1:1 1 --args {",
                "play ws://127.0.0.1:1 1 --timeout soon",
                "play ws://127.0.0.1:1 1 --timeout 0s",
                "play http://127.0.0.1:1 1",
                "play nowhere 1",
                "call",
                "call ws://127.0.0.1:1",
                "call ws://127.0.0.1:1 f --args {",
                "call ws://127.0.0.1:1 f 1",
                "repl",
                "repl ws://127.0.0.1:1",
                "events",
                "events ws://127.0.0.1:1 --count 0",
                "events ws://127.0.0.1:1 --count many",
                "events ws://127.0.0.1:1 --after -1",
                "whoami",
                "sign-agent",
                "sign-agent ws://127.0.0.1:1 yes",
                "keygen a b",
                "up --port 1",
                "--nonsense"
            })
    void aWrongCommandLineIsRefusedBeforeAnythingHappens(String line) {
        assertThat(run(line.split(" "))).isEqualTo(ExitCode.USAGE.number());

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines().count()).isLessThan(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bad json      | column 1: Unrecognized token 'bad'",
                "{\"a\": 1} {}  | column 10: there is something after the end of the JSON value",
                "{\"a\": [1    | column 9: Unexpected end-of-input",
                "{\"a\": 1,~ b} | line 2, column 2: Unexpected character ('b' (code 98))"
            })
    void argumentsThatAreNotJsonAreRefusedInWordsAndWithTheirPlace(String args, String what) {
        for (String command : List.of("play", "call")) {
            assertThat(run(command, "ws://127.0.0.1:1", "f", "--args", args.replace('~', '\n')))
                    .isEqualTo(ExitCode.USAGE.number());
        }

        assertThat(err.toString().lines())
                .hasSize(2)
                .allSatisfy(
                        line ->
                                assertThat(line)
                                        .startsWith("circles: --args is not JSON, " + what)
                                        .endsWith(
                                                "right would be '{\"name\": \"Ada\", \"years\": [36]}'")
                                        .doesNotContain("Source", "jackson", "Feature", "`"));
    }

    @Test
    void whatIsThereAlreadyIsNotExportedOver() throws IOException {
        Path config = Files.writeString(folder.resolve("c.json"), "[{\"name\": \"a\"}]");
        Path data = Files.createDirectories(folder.resolve("data/a"));
        var _ = KeyFile.in(data).readOrCreate(new SecureRandom());
        Path there = Files.writeString(folder.resolve("there"), "mine");
        String[] export = {"state", "export", "a", "-c", config.toString(), "-o", there.toString()};

        assertThat(run(export)).isEqualTo(ExitCode.NOT_STARTED.number());
        assertThat(err.toString())
                .isEqualTo(there + ": is there already, and nothing is written over it\n");
        assertThat(there).hasContent("mine");
    }

    @Test
    void keygenPrintsThePublicKeyOnly() {
        Path file = folder.resolve("mine.pem");

        assertThat(run("keygen", file.toString())).isZero();

        assertThat(out.toString().strip()).isEqualTo(new KeyFile(file).read().publicKey().hex());
        assertThat(err.toString()).contains(file.toString()).doesNotContain("PRIVATE");
    }

    @Test
    void keygenMakesOnesOwnKeyWhenNoFileIsNamedAndNeverReplacesIt() {
        assertThat(run("keygen")).isZero();
        assertThat(run("keygen")).isEqualTo(ExitCode.NOT_STARTED.number());

        assertThat(out.toString().strip())
                .isEqualTo(
                        new KeyFile(folder.resolve(".circles/key.pem")).read().publicKey().hex());
    }

    @Test
    void checkShowsWhatIsGoodAndMakesNothing() throws IOException {
        Path file =
                Files.writeString(folder.resolve("c.json"), "{\"circles\": [{\"name\": \"a\"}]}");

        assertThat(run("check", "--config", file.toString())).isZero();

        assertThat(out.toString())
                .startsWith(file + " is good: 1 circle")
                .contains("made at first start", "ws://127.0.0.1:9000");
        assertThat(err.toString()).isEmpty();
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void checkSaysWhichCirclesCannotHaveAnotherServer() throws IOException {
        Path secret = Files.writeString(folder.resolve("job.key"), "0123456789abcdef".repeat(4));
        Path config =
                Files.writeString(
                        folder.resolve("c.json"),
                        """
                {
                  "redis": {"url": "redis://127.0.0.1:6379", "key": "file:%s"},
                  "state": {"url": "jdbc:postgresql://127.0.0.1/circles"},
                  "circles": [{"name": "a"}, {"name": "b", "port": 9005, "key": "file:b.pem"}]
                }
                """
                                .formatted(secret));
        var _ = new KeyFile(folder.resolve("b.pem")).create(new SecureRandom());

        assertThat(run("check", "--config", config.toString())).as(err::toString).isZero();

        assertThat(err.toString()).contains("the first start makes a key for a; another server");
    }

    @Test
    void checkShowsTheAddressThatClientsUse() throws IOException {
        KeyFile key = new KeyFile(folder.resolve("key.pem"));
        String hex = key.create(new SecureRandom()).publicKey().hex();
        Path file =
                Files.writeString(
                        folder.resolve("c.json"),
                        """
                        [{"name": "a", "host": "0.0.0.0", "key": "file:key.pem",
                          "origins": ["wss://a.example.com", "ws://b.example.com"]}]
                        """);

        assertThat(run("check", "--config", file.toString())).isZero();

        assertThat(out.toString())
                .contains("  wss://a.example.com/" + hex + "\n")
                .doesNotContain("0.0.0.0");
    }

    @Test
    void checkSaysThatFunctionsAreCheckedAtTheStart() throws IOException {
        Files.writeString(folder.resolve("main.js"), "no ( javascript");
        Path file =
                Files.writeString(
                        folder.resolve("c.json"), "[{\"name\": \"a\", \"script\": \"main.js\"}]");

        assertThat(run("check", "--config", file.toString())).isZero();

        assertThat(out.toString()).contains("what is in them is checked at the start");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void checkTellsAllProblems() throws IOException {
        Path file = Files.writeString(folder.resolve("c.json"), "[{\"name\": 1, \"port\": -1}]");

        assertThat(run("check", "--config", file.toString()))
                .isEqualTo(ExitCode.CONFIGURATION.number());

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines()).hasSize(2);
    }

    @Test
    void aKeyFileThatIsNoKeyIsAProblemOfTheConfiguration() throws IOException {
        Path key = Files.writeString(folder.resolve("key.pem"), "none");

        assertThat(run("whoami", "ws://127.0.0.1:1", "--key", key.toString()))
                .isEqualTo(ExitCode.CONFIGURATION.number());
    }
}
