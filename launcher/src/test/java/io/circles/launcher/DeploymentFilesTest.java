package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.circles.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The files that run-on-many-machines.md shows have the form of their kind, and run commands that
/// there are.
class DeploymentFilesTest {
    private static final Path FOLDER = Page.ROOT.resolve("docs/how-to/many-machines");
    private static final Pattern UNIT_LINE = Pattern.compile("|\\[\\w+]|[A-Z]\\w+=\\S.*");
    private static final Pattern COMPOSE_LINE =
            Pattern.compile("#.*|(  )*[a-z_]+:( (\\[\".*\"]|\".*\"|\\d+))?");
    private static final Pattern COMMAND = Pattern.compile("command: (\\[.*])");

    private static void assertUnderstood(List<String> words) {
        assertThatCode(
                        () ->
                                Main.commandLine(Shell.ofProcess())
                                        .parseArgs(words.toArray(String[]::new)))
                .as("%s", words)
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"circles.service", "circles-worker.service"})
    void aUnitHasItsSectionsAndRunsACommand(String name) throws IOException {
        List<String> lines = Files.readAllLines(FOLDER.resolve(name));

        assertThat(lines).allSatisfy(line -> assertThat(line).matches(UNIT_LINE));
        assertThat(lines.stream().filter(line -> line.startsWith("[")))
                .containsExactly("[Unit]", "[Service]", "[Install]");
        List<String> starts = lines.stream().filter(line -> line.startsWith("ExecStart=")).toList();
        assertThat(starts).hasSize(1);
        List<String> words = List.of(starts.getFirst().split(" "));
        assertThat(words.getFirst()).endsWith("/circles");
        assertUnderstood(words.subList(1, words.size()));
    }

    @Test
    void theComposeFileRunsCommandsThatThereAre() throws IOException {
        String text = Files.readString(FOLDER.resolve("compose.yaml"));

        assertThat(text.lines()).allSatisfy(line -> assertThat(line).matches(COMPOSE_LINE));
        List<List<String>> ours =
                commands(text).filter(words -> words.getFirst().equals("./circles")).toList();
        assertThat(ours.stream().map(words -> words.get(1))).containsExactly("up", "worker");
        ours.forEach(words -> assertUnderstood(words.subList(1, words.size())));
    }

    private static Stream<List<String>> commands(String text) {
        return COMMAND.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .map(DeploymentFilesTest::words);
    }

    private static List<String> words(String json) {
        try {
            List<String> words = new ArrayList<>();
            Json.parse(json).forEach(word -> words.add(word.textValue()));
            return words;
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }
}
