package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every program of `examples`, as it is, against a real launcher.
class ExamplesIT {
    private static final Path EXAMPLES = Page.ROOT.resolve("examples");
    private static final Set<String> TESTED =
            Set.of(
                    "Play.java",
                    "RawJsonRpc.java",
                    "Embedding.java",
                    "play.mjs",
                    "play.sh",
                    "connect.mjs",
                    "shop.mjs",
                    "sign-agent.mjs");

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

    /// As people write it: host and port, without the circle's key.
    private static String address() throws IOException {
        return "ws://" + up.url(0).getAuthority();
    }

    private String printed(Path program, String... args) throws IOException, InterruptedException {
        try (CirclesProcess process = CirclesProcess.startAs(program, folder, args)) {
            assertThat(process.exitCode()).as(process::err).isZero();
            return process.out();
        }
    }

    private String printedByJava(String example, String... args) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                EXAMPLES.resolve("target/classes")
                                        + ":"
                                        + Page.ROOT.resolve("launcher/target/lib")
                                        + "/*",
                                example));
        command.addAll(List.of(args));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return printed(java, command.toArray(String[]::new));
    }

    @Test
    void everyExampleIsTested() throws IOException {
        try (Stream<Path> scripts = Files.list(EXAMPLES);
                Stream<Path> programs = Files.list(EXAMPLES.resolve("src/main/java"))) {
            assertThat(
                            Stream.concat(scripts, programs)
                                    .map(file -> String.valueOf(file.getFileName()))
                                    .filter(name -> name.matches(".*\\.(java|mjs|sh)"))
                                    .collect(Collectors.toSet()))
                    .isEqualTo(TESTED);
        }
    }

    @Test
    void javaWithTheLibraryPlays() throws Exception {
        assertThat(printedByJava("Play", address())).isEqualTo("20\n");
    }

    @Test
    void javaWithoutTheLibraryPlays() throws Exception {
        assertThat(printedByJava("RawJsonRpc", address())).isEqualTo("20\n");
        assertThat(printedByJava("RawJsonRpc", up.url(0).toString())).isEqualTo("20\n");
    }

    @Test
    void javaServesACircleOfItsOwn() throws Exception {
        String port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = Integer.toString(free.getLocalPort());
        }
        assertThat(printedByJava("Embedding", port))
                .isEqualTo(
                        """
                        ada (member, staff): Hello, ada
                        ada is refused: cpu
                        stranger is refused: forbidden
                        """);
    }

    @Test
    void nodePlays() throws Exception {
        OthersClients.program("node");
        install("play.mjs");
        assertThat(printed(OthersClients.program("node"), "play.mjs", address())).isEqualTo("20\n");
    }

    /// Copies examples, and what they need.
    private void install(String... names) throws Exception {
        List<String> all = new ArrayList<>(List.of("package.json", "package-lock.json"));
        all.addAll(List.of(names));
        for (String name : all) {
            Path copy = folder.resolve(name);
            Files.createDirectories(copy.resolveSibling(""));
            Files.copy(EXAMPLES.resolve(name), copy);
        }
        printed(OthersClients.program("npm"), "ci", "--no-audit", "--no-fund", "--prefer-offline");
    }

    @Test
    void nodeBuysInTheShopAndHearsOfIt() throws Exception {
        OthersClients.program("node");
        String functions = "shop/functions/";
        install("shop.mjs", "connect.mjs", functions + "main.js", functions + "lib/checks.js");
        String json = Files.readString(EXAMPLES.resolve("shop/circles.json"));
        Path served = Files.createDirectories(folder.resolve("shop"));
        try (CirclesProcess shop = CirclesProcess.serving(served, json.replace("9003", "0"))) {
            String url = "ws://" + shop.url(0).getAuthority();
            assertThat(printed(OthersClients.program("node"), "shop.mjs", url))
                    .isEqualTo(
                            """
                            apple: 3, 10 left
                            book: 40, 2 left
                            after two apples { purse: 94 }
                            sold/apple { count: 2, stock: 8 }
                            script_error: Execution Error: RangeError: 26 short
                            purse 94
                            """);
        }
    }

    @Test
    void aShellWithOpensslPlays() throws Exception {
        OthersClients.program("openssl");
        URI url = up.url(0);
        String script = EXAMPLES.resolve("play.sh").toString();
        String port = Integer.toString(url.getPort());
        Path bash = OthersClients.program("bash");
        assertThat(printed(bash, script, url.getHost(), port)).isEqualTo("20\n");
        assertThat(printed(bash, script, url.getHost(), port, url.getPath())).isEqualTo("20\n");
    }
}
