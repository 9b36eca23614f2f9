package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every program of `examples`, as it is, against a real launcher; those for the relay are run by
/// [ThresholdIT].
class ExamplesIT {
    private static final Path EXAMPLES = Page.ROOT.resolve("examples");
    private static final Set<String> TESTED =
            Set.of(
                    "Play.java",
                    "RawJsonRpc.java",
                    "Embedding.java",
                    "SealedParty.java",
                    "play.mjs",
                    "play.sh",
                    "connect.mjs",
                    "shop.mjs",
                    "sign-agent.mjs",
                    "sealed.mjs",
                    "threshold.mjs");

    @TempDir private static Path server;
    private static CirclesProcess up;

    @TempDir private Path folder;

    @BeforeAll
    static void serve() throws IOException {
        up = CirclesProcess.servingAlone(server, "[{\"name\": \"alpha\", \"port\": 0}]");
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
        try (CirclesProcess process = java(folder, example, args)) {
            assertThat(process.exitCode()).as(process::err).isZero();
            return process.out();
        }
    }

    /// Starts an example in Java.
    static CirclesProcess java(Path folder, String example, String... args) throws IOException {
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
        return CirclesProcess.startAs(java, folder, command.toArray(String[]::new));
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
        assertThat(printedByJava("Embedding", Integer.toString(FreePort.next())))
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
        OthersClients.installExamples(folder, "play.mjs");
        assertThat(printed(OthersClients.program("node"), "play.mjs", address())).isEqualTo("20\n");
    }

    @Test
    void nodeBuysInTheShopAndHearsOfIt() throws Exception {
        OthersClients.program("node");
        String functions = "shop/functions/";
        OthersClients.installExamples(
                folder,
                "shop.mjs",
                "connect.mjs",
                functions + "main.js",
                functions + "lib/checks.js");
        String circles =
                Json.parse(Files.readString(EXAMPLES.resolve("shop/circles.json")))
                        .path("circles")
                        .toString()
                        .replace("9003", "0");
        Path served = Files.createDirectories(folder.resolve("shop"));
        try (CirclesProcess shop = CirclesProcess.servingAlone(served, circles)) {
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
    void aPaymentCreditsAnAccountOnceAndAnApprovalVerifiesIt() throws Exception {
        Path example = EXAMPLES.resolve("payments");
        Path functions = Files.createDirectories(folder.resolve("functions"));
        Files.copy(example.resolve("functions/main.js"), functions.resolve("main.js"));
        Files.writeString(folder.resolve("stripe.secret"), "whsec_of_a_test_of_examples");
        Files.writeString(folder.resolve("idenfy.secret"), "signing key of a test");
        String own = folder.resolve("ada.pem").toString();
        String key = saidByCircles("keygen", own).strip();
        for (String event : List.of("checkout.json", "approval.json")) {
            String body = Files.readString(example.resolve(event));
            Files.writeString(folder.resolve(event), body.replace("KEY", key));
        }
        String json =
                Files.readString(example.resolve("circles.json"))
                        .replace("9003", "0")
                        .replaceFirst("\\{", "{\"workers\": {\"count\": 0},");
        try (CirclesProcess server = CirclesProcess.serving(folder, json)) {
            String address = server.url(0).getAuthority();
            String route = "http://" + address + "/webhooks/";
            String first = send("stripe", "checkout.json", route);
            String again = send("stripe", "checkout.json", route);
            assertThat(first + again + send("idenfy", "approval.json", route))
                    .isEqualTo(
                            """
                            200 {"received":true,"known":false}
                            200 {"received":true,"known":true}
                            200 {"received":true,"known":false}
                            """);
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> saidByCircles("call", "ws://" + address, "account", "-k", own),
                            "{\"balance\":{\"eur\":2500},\"verified\":true}\n"::equals);
        }
    }

    private String send(String scheme, String file, String route) {
        return saidByCircles(
                "webhooks",
                "send",
                scheme,
                folder.resolve(file).toString(),
                "--to",
                route + scheme,
                "--secret",
                "file:" + folder.resolve(scheme + ".secret"));
    }

    /// What a command prints that is run here.
    private String saidByCircles(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Shell shell =
                new Shell(
                        InputStream.nullInputStream(),
                        false,
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        Map.of(),
                        folder,
                        new SecureRandom());
        assertThat(Main.run(shell, args)).as(err::toString).isZero();
        return out.toString();
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
