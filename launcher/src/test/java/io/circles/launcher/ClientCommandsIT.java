package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `./circles play` and `whoami` against two circles that run in a process of their own.
class ClientCommandsIT {
    @TempDir private static Path server;
    private static CirclesProcess up;

    @TempDir private Path folder;

    private record Ended(int code, String out, String err) {
        static Ended of(CirclesProcess process) throws InterruptedException {
            return new Ended(process.exitCode(), process.out(), process.err());
        }
    }

    @BeforeAll
    static void serve() throws IOException {
        up =
                CirclesProcess.servingAlone(
                        server,
                        "[{\"name\": \"alpha\", \"port\": 0}, {\"name\": \"beta\", \"port\": 0}]");
    }

    @AfterAll
    static void stop() {
        up.close();
    }

    private static String alpha() throws IOException {
        return up.url(0).toString();
    }

    private Ended run(String... args) throws IOException, InterruptedException {
        try (CirclesProcess process = CirclesProcess.start(folder, args)) {
            return Ended.of(process);
        }
    }

    private Ended played(String... args) throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve(".circles"));
        new KeyFile(folder.resolve(".circles/key.pem")).readOrCreate(new SecureRandom());
        return run(args);
    }

    @Test
    void playPrintsTheOutputAndNothingElse() throws Exception {
        assertThat(played("play", alpha(), "let x = 10; x * 2"))
                .isEqualTo(new Ended(0, "20\n", ""));
    }

    @Test
    void textIsUtf8WhateverTheEnvironmentSays() throws Exception {
        played("keygen");
        String script = CirclesProcess.SCRIPT.toString();
        String[] play = {"LC_ALL=C", script, "play", alpha(), "args + ' 日本'", "--args", "\"é\""};
        try (CirclesProcess process =
                CirclesProcess.startAs(Path.of("/usr/bin/env"), folder, play)) {
            assertThat(Ended.of(process)).isEqualTo(new Ended(0, "é 日本\n", ""));
        }
    }

    @Test
    void aScriptWithoutAValuePrintsNothing() throws Exception {
        assertThat(played("play", alpha(), "undefined")).isEqualTo(new Ended(0, "", ""));
    }

    @Test
    void logsGoToStandardError() throws Exception {
        Ended ended =
                played(
                        "play",
                        alpha(),
                        "console.log('to', args.who); console.warn('careful'); 'done'",
                        "--args",
                        "{\"who\": \"you\"}");

        assertThat(ended).isEqualTo(new Ended(0, "done\n", "[info] to you\n[warn] careful\n"));
    }

    @Test
    void theWholeResultCanBeHadAsJson() throws Exception {
        Ended ended = played("play", "--json", alpha(), "console.log(1); [2]");

        assertThat(Json.parse(ended.out()).path("value").toString()).isEqualTo("[2]");
        assertThat(Json.parse(ended.out()).path("logs").path(0).path("message").asText())
                .isEqualTo("1");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void whatAScriptThrowsIsOneLineWithItsPlace() throws Exception {
        Files.writeString(folder.resolve("bad.js"), "let y = 1;\n  y.foo();");

        assertThat(played("play", alpha(), "-f", "bad.js"))
                .isEqualTo(new Ended(1, "", "bad.js:2:3: TypeError: y.foo is not a function\n"));
    }

    @Test
    void aScriptIsReadFromStandardInput() throws Exception {
        try (CirclesProcess play =
                CirclesProcess.start(folder, "play", alpha(), "-").input("'from' + ' afar'")) {
            assertThat(play.exitCode()).isZero();
            assertThat(play.out()).isEqualTo("from afar\n");
        }
    }

    @Test
    void aClosedInputIsAnEmptyOne() throws Exception {
        played("keygen");
        String[] command = {"-c", "exec \"$0\" play \"$1\" - <&-", script(), alpha()};
        try (CirclesProcess play = CirclesProcess.startAs(bash(), folder, command)) {
            assertThat(Ended.of(play)).isEqualTo(new Ended(0, "", ""));
        }
    }

    private static String script() {
        return CirclesProcess.SCRIPT.toString();
    }

    private static Path bash() {
        return OthersClients.program("bash");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9001", "http://127.0.0.1:9001", "ws://a b", "ws:///x"})
    void anAddressThatIsNoneIsSaidSoAndNoKeyIsMade(String address) throws Exception {
        Ended ended = run("whoami", address);

        assertThat(ended.code()).isEqualTo(ExitCode.USAGE.number());
        assertThat(ended.err())
                .startsWith("circles: the address of a circle is ")
                .contains("not \"" + address + "\"")
                .hasLineCount(1);
        assertThat(folder.resolve(".circles")).doesNotExist();
    }

    @Test
    void theFirstPlayMakesAKeyThatIsKept() throws Exception {
        Ended first = run("whoami", alpha(), "--json");
        Ended second = run("whoami", alpha(), "--json");

        String key = new KeyFile(folder.resolve(".circles/key.pem")).read().publicKey().hex();
        assertThat(first.err())
                .isEqualTo("made %s/.circles/key.pem, the key %s\n".formatted(folder, key));
        assertThat(Json.parse(first.out()).path("pubkey").asText()).isEqualTo(key);
        assertThat(Json.parse(second.out()).path("pubkey").asText()).isEqualTo(key);
        assertThat(second.err()).isEmpty();
    }

    @Test
    void whoamiSaysWhoTheCircleTakesTheCallerFor() throws Exception {
        Ended ended = played("whoami", alpha());

        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .contains(new KeyFile(folder.resolve(".circles/key.pem")).read().publicKey().hex())
                .contains(up.announced().path(0).path("public_key").asText())
                .contains("play, call");
    }

    @Test
    void aCircleIsNotTakenForAnother() throws Exception {
        String alphaAtBeta = up.url(1).resolve(up.url(0).getPath()).toString();

        Ended ended = played("play", alphaAtBeta, "1");

        assertThat(ended.code()).isEqualTo(ExitCode.UNPROVEN.number());
        assertThat(ended.err())
                .contains(" has no circle at " + up.url(0).getPath() + ": ")
                .hasLineCount(1);
    }

    @Test
    void aLimitIsARefusal() throws Exception {
        Ended ended = played("play", alpha(), "for (;;);");

        assertThat(ended.code()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(ended.err()).startsWith("circles: ").hasLineCount(1);
    }

    @Test
    void aScriptThatIsTooBigIsRefusedWithTheLimitAndItsSize() throws Exception {
        Files.writeString(folder.resolve("big.js"), "x".repeat(3_000_000));
        Ended ended = played("play", alpha(), "-f", "big.js");

        assertThat(ended.code()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(ended.err())
                .startsWith("circles: Request too big: ")
                .contains("at most 1048576 bytes, this has 3000")
                .hasLineCount(1);
    }

    @Test
    void whereNothingListensThereIsNoConnection() throws Exception {
        Ended ended = played("play", "ws://127.0.0.1:1", "1");

        assertThat(ended.code()).isEqualTo(ExitCode.NOT_CONNECTED.number());
        assertThat(ended.err()).hasLineCount(1);
    }

    @Test
    void theCommandWorksThroughALinkFromAnotherFolder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), CirclesProcess.SCRIPT);
        Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("link"));
        try (CirclesProcess play = CirclesProcess.startAs(second, folder, "--version")) {
            assertThat(play.exitCode()).isZero();
            assertThat(play.out()).startsWith("circles ");
        } finally {
            Files.delete(link);
        }
    }
}
