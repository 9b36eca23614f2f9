package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the README promises, done to the letter against a real launcher, but for the port.
class ReadmeIT {
    @TempDir private static Path server;
    private static CirclesProcess up;

    @TempDir private Path folder;

    @BeforeAll
    static void serve() throws IOException {
        up = CirclesProcess.serving(server, "[{\"name\": \"alpha\", \"port\": 0}]");
    }

    @AfterAll
    static void stop() {
        up.close();
    }

    /// As the README writes it: host and port, without the circle's key.
    private static String address() throws IOException {
        URI url = up.url(0);
        return "ws://" + url.getAuthority();
    }

    private String printed(Path program, String... args) throws IOException, InterruptedException {
        try (CirclesProcess process = CirclesProcess.startAs(program, folder, args)) {
            assertThat(process.exitCode()).as(process::err).isZero();
            return process.out();
        }
    }

    private String printedByShell(String snippet) throws IOException, InterruptedException {
        String script =
                Readme.snippet(snippet)
                        .replace("./circles", CirclesProcess.SCRIPT.toString())
                        .replace("ws://127.0.0.1:9001", address());
        return printed(OthersClients.program("bash"), "-c", script);
    }

    @Test
    void theCommandPlays() throws Exception {
        assertThat(printedByShell("play")).isEqualTo("20\n");
    }

    @Test
    void theCommandPassesArguments() throws Exception {
        assertThat(printedByShell("play-args")).isEqualTo("[3,4]\n");
    }

    @Test
    void aNodeProgramLogsInAndPlays() throws Exception {
        OthersClients.installPackages(folder);
        Files.writeString(folder.resolve("play.mjs"), Readme.snippet("node"));
        assertThat(printed(OthersClients.program("node"), "play.mjs", address())).isEqualTo("20\n");
    }

    @Test
    void aNodeProgramRefusesToSignWhatWasMadeForAnotherServer() throws Exception {
        OthersClients.installPackages(folder);
        String foreign = Readme.snippet("node").replace("new URL(url).origin", "'ws://elsewhere'");
        Files.writeString(folder.resolve("play.mjs"), foreign);
        try (CirclesProcess node =
                CirclesProcess.startAs(
                        OthersClients.program("node"), folder, "play.mjs", address())) {
            assertThat(node.exitCode()).isNotZero();
            assertThat(node.err()).contains("this nonce was made for somebody else");
        }
    }

    @Test
    void aShellWithOpensslLogsInAndPlays() throws Exception {
        OthersClients.program("openssl");
        Files.writeString(folder.resolve("play.sh"), Readme.snippet("shell"));
        URI url = up.url(0);
        String port = Integer.toString(url.getPort());
        Path bash = OthersClients.program("bash");
        assertThat(printed(bash, "play.sh", url.getHost(), port)).isEqualTo("20\n");
        assertThat(printed(bash, "play.sh", url.getHost(), port, url.getPath())).isEqualTo("20\n");
    }

    @Test
    void aJavaProgramLogsInAndPlays() throws Exception {
        Files.writeString(folder.resolve("Play.java"), Readme.snippet("java"));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String libraries = CirclesProcess.SCRIPT.resolveSibling("launcher/target/lib") + "/*";
        String out = printed(java, "-cp", libraries + File.pathSeparator, "Play.java", address());
        assertThat(out).isEqualTo("20\n");
    }

    @Test
    void aWalletLogsInWithPositionalParamsStringIdsAndBatches() throws Exception {
        OthersClients.installPackages(folder);
        Path program = OthersClients.copy("wallet.mjs", folder);
        assertThat(printed(OthersClients.program("node"), program.toString(), address()))
                .isEqualTo("[[\"log-in\",true],[\"play\",\"a-b\"]]\n");
    }
}
