package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Parser.ParseContext;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the line editor is told of scripts and of names.
class ReplLinesTest {
    private static final HostNames NAMES = HostNames.ofBuild();

    /// What the editor makes of keys, with the parser and the completer of `repl`.
    private static String edited(String keys) throws IOException {
        byte[] typed = keys.getBytes(StandardCharsets.UTF_8);
        try (Terminal terminal =
                new DumbTerminal(
                        "test",
                        "ansi",
                        new ByteArrayInputStream(typed),
                        new ByteArrayOutputStream(),
                        StandardCharsets.UTF_8)) {
            return LineReaderBuilder.builder()
                    .terminal(terminal)
                    .parser(new ScriptParser())
                    .completer(NAMES)
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build()
                    .readLine("> ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "state.inc\t('n')         # state.increment('n')",
                "1 + state.li\t()         # 1 + state.list()",
                "f(CALLER_P\t)            # f(CALLER_PUBLIC_KEY)",
                "nothing.such\t           # nothing.such"
            })
    void namesAreCompletedWhereTheyStand(String keys, String line) throws IOException {
        assertThat(edited(keys + "\r")).isEqualTo(line);
    }

    @Test
    void anUnfinishedScriptGoesOnInTheNextLine() throws IOException {
        assertThat(edited("[1,\r2]\r")).isEqualTo("[1,\n2]");
        assertThat(edited("`a\r${'!b'}`\r")).isEqualTo("`a\n${'!b'}`");
    }

    @Test
    void theEditorIsToldWhatIsMissing() {
        assertThatExceptionOfType(EOFError.class)
                .isThrownBy(() -> new ScriptParser().parse("f(", 2, ParseContext.ACCEPT_LINE))
                .satisfies(e -> assertThat(e.getMissing()).isEqualTo(")"));
    }

    @Test
    void everyNameIsOfTheDeclarations() throws IOException {
        String file = Files.readString(Page.ROOT.resolve("circles.d.ts"));
        long globals = file.lines().filter(line -> line.startsWith("declare ")).count();

        assertThat(NAMES).isEqualTo(HostNames.declaredIn(file));
        assertThat(NAMES.all().stream().filter(name -> !name.contains("."))).hasSize((int) globals);
        assertThat(NAMES.all().stream().filter(name -> name.startsWith("state.")))
                .containsExactly(
                        "state.get", "state.set", "state.delete", "state.list", "state.increment");
        assertThat(NAMES.all())
                .contains("circle.publicKey", "crypto.keccak256", "setTimeout", "CALLER_ID")
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(List.of("HttpResponse", "options", "http.method"));
        assertThat(Path.of("../circles.d.ts")).exists();
    }
}
