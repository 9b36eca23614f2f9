package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.circles.protocol.crypto.KeyPair;
import io.circles.server.Limit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Replays `circles-files.txt`: what is said about each circles.json.
class CirclesFileReadingTest {
    private static final int MOST_OF_A_SECRET = 65_536;
    private static final String GARBAGE = "not a key";
    private static final String TOKEN = "a-token-of-tests";

    private final String pem = KeyPair.generate(new SecureRandom()).toPem();

    @TempDir private Path folder;

    /// One file and what is expected about it.
    private record Case(String title, String json, List<String> expected) {
        static Case parse(String block) {
            List<String> lines = block.lines().toList();
            List<String> body = lines.subList(1, lines.size());
            String json =
                    body.stream()
                            .filter(line -> !line.startsWith("=> "))
                            .collect(Collectors.joining("\n"));
            return new Case(lines.getFirst(), json, expected(body));
        }

        private static List<String> expected(List<String> body) {
            String limits =
                    Arrays.stream(Limit.values())
                            .map(Limit::word)
                            .collect(Collectors.joining(", "));
            return body.stream()
                    .filter(line -> line.startsWith("=> "))
                    .map(line -> line.substring("=> ".length()).replace("LIMITS", limits))
                    .toList();
        }
    }

    @BeforeEach
    void files() throws IOException {
        Files.createDirectories(folder.resolve("data/kept"));
        Files.createDirectories(folder.resolve("data/spoilt"));
        Files.createDirectories(folder.resolve("latin"));
        Files.createDirectories(folder.resolve("code"));
        file("code/main.js", "1", "rw-r--r--");
        file("latin/main.js", "1", "rw-r--r--");
        Files.write(folder.resolve("latin/other.js"), new byte[] {'"', (byte) 0xe9, '"'});
        file("big", "x".repeat(MOST_OF_A_SECRET + 1), "rw-------");
        file("good.pem", pem, "rw-------");
        file("data/kept/circle.pem", pem, "rw-------");
        file("open.pem", pem, "rw-r--r--");
        file("garbage.pem", GARBAGE, "rw-------");
        file("token", TOKEN + "2\n", "rw-------");
        file("longkey", TOKEN.repeat(2), "rw-------");
        file("data/spoilt/circle.pem", GARBAGE, "rw-------");
    }

    private void file(String name, String text, String mode) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @TestFactory
    Stream<DynamicTest> eachFileIsJudgedAsExpected() {
        return cases().map(
                        each ->
                                dynamicTest(
                                        each.title(),
                                        () ->
                                                assertThat(said(each.json()))
                                                        .isEqualTo(each.expected())));
    }

    private static Stream<Case> cases() {
        try (InputStream in =
                CirclesFileReadingTest.class.getResourceAsStream("/circles-files.txt")) {
            String text =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("(?m)^## ")).skip(1).map(Case::parse);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> said(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("circles.json"), json);
        String said;
        try {
            Map<String, String> environment =
                    Map.of(
                            "CIRCLE_PEM",
                            pem,
                            "GARBAGE",
                            GARBAGE,
                            "TOKEN",
                            TOKEN,
                            "EMPTY",
                            "",
                            "BIG",
                            "x".repeat(MOST_OF_A_SECRET + 1));
            CirclesFile read = CirclesFile.read(file, Optional.empty(), environment);
            said = String.join("\n", read.warnings());
        } catch (LauncherException e) {
            assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
            said = String.valueOf(e.getMessage());
        }
        return said.replace(folder + "/", "").lines().toList();
    }
}
