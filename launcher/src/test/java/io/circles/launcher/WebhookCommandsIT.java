package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `circles webhooks`, against a circle that a launcher serves.
class WebhookCommandsIT {
    private static final String SECRET = "a secret of these tests";
    private static final String OTHER = "another secret of them";
    private static final String STANDARD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private static Path folder;
    private static CirclesProcess up;
    private static int port;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void serve() throws IOException {
        port = FreePort.next();
        Files.writeString(folder.resolve("a"), SECRET + "1\n");
        Files.writeString(folder.resolve("b"), SECRET + "2\n");
        Files.writeString(folder.resolve("c"), STANDARD);
        Files.writeString(folder.resolve("d"), SECRET + "4");
        Files.writeString(folder.resolve("e"), SECRET + "5");
        Files.createDirectories(folder.resolve("code"));
        Files.writeString(
                folder.resolve("code/main.js"),
                """
                export function onWebhook(event) {
                  if (event.payload.fail) throw new Error('there is no customer\\u001b[31m');
                }
                """);
        up =
                CirclesProcess.serving(
                        folder,
                        """
                        {"workers": {"count": 0}, "circles": [{"name": "shop", "port": %d, "script": "code/main.js",
                         "limits": {"webhook_attempts": 1},
                         "webhooks": {"stripe": {"secrets": ["file:a"]}, "idenfy": {"secrets": ["file:b"]},
                           "standard": {"secrets": ["file:c"]},
                           "hub": {"scheme": "hmac", "secrets": ["file:d"], "header": "X-Hub", "prefix": "sha512=",
                             "digest": "sha512", "encoding": "base64"},
                           "chat": {"scheme": "hmac", "secrets": ["file:e"], "header": "X-Sign",
                             "timestamp_header": "X-Time", "signed": "v0:{timestamp}:{body}"}}}]}"""
                                .formatted(port));
    }

    @AfterAll
    static void stop() {
        up.close();
    }

    private int circles(String... args) {
        Shell shell =
                new Shell(
                        InputStream.nullInputStream(),
                        false,
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        Map.of("A", SECRET + "1", "OTHER", OTHER),
                        folder,
                        new SecureRandom());
        return Main.run(
                shell,
                Stream.concat(Stream.of("webhooks"), Stream.of(args)).toArray(String[]::new));
    }

    /// One with options that find the circle.
    private int onShop(String command, String... args) {
        return circles(
                Stream.of(List.of(command, "shop", "-c", folder + "/circles.json"), List.of(args))
                        .flatMap(List::stream)
                        .toArray(String[]::new));
    }

    private int send(String scheme, String body, String to, String... args) throws IOException {
        Path file = Files.writeString(folder.resolve("event.json"), body);
        return circles(
                Stream.of(
                                List.of("send", scheme, file.toString()),
                                List.of("--to", "http://127.0.0.1:" + port + "/webhooks/" + to),
                                List.of(args))
                        .flatMap(List::stream)
                        .toArray(String[]::new));
    }

    private static String event(String id) {
        return "{\"id\":\"%s\",\"type\":\"a.b\"}".formatted(id);
    }

    private static String secret(String name) {
        return "file:" + folder.resolve(name);
    }

    @ParameterizedTest
    @CsvSource({
        "stripe,stripe,a,''",
        "idenfy,idenfy,b,''",
        "standard,standard,c,'--id msg_1'",
        "hmac,hub,d,'--header X-Hub --prefix sha512= --digest sha512 --encoding base64'",
        "hmac,chat,e,'--header X-Sign --timestamp-header X-Time --signed v0:{timestamp}:{body}'"
    })
    void whatIsSentIsSignedAsTheCircleWantsIt(
            String scheme, String webhook, String file, String more) throws IOException {
        String[] args = ("--secret " + secret(file) + " " + more).strip().split(" ", -1);
        String body = event("of " + scheme);

        assertThat(send(scheme, body, webhook, args)).as(err::toString).isZero();
        assertThat(send(scheme, body, webhook, args)).isZero();
        assertThat(out)
                .hasToString(
                        """
                        200 {"received":true,"known":false}
                        200 {"received":true,"known":true}
                        """);
    }

    @Test
    void whatIsNotTakenIsAnExitCode() throws IOException {
        assertThat(send("stripe", event("x"), "stripe", "--secret", "env:OTHER")).isEqualTo(1);
        assertThat(send("stripe", event("x"), "none", "--secret", "env:A")).isEqualTo(1);
        assertThat(out.toString().lines().map(line -> line.substring(0, 4)))
                .containsExactly("401 ", "404 ");
        assertThat(send("stripe", event("x"), "stripe", "--secret", OTHER)).isEqualTo(3);
        assertThat(send("stripe", event("x"), "stripe", "--secret", "env:NONE")).isEqualTo(3);
        assertThat(send("standard", event("x"), "stripe", "--secret", "env:A")).isEqualTo(3);
        assertThat(err.toString()).doesNotContain(OTHER);
        assertThat(send("md5", event("x"), "stripe", "--secret", "env:A")).isEqualTo(2);
        assertThat(
                        circles(
                                "send",
                                "stripe",
                                folder + "/none",
                                "--to",
                                "http://a",
                                "--secret",
                                "env:A"))
                .isEqualTo(2);
        assertThat(
                        circles(
                                "send",
                                "stripe",
                                folder + "/a",
                                "--to",
                                "http://127.0.0.1:1/x",
                                "--secret",
                                "env:A"))
                .isEqualTo(5);
    }

    @Test
    void anEventThatIsDeadIsListedShownReplayedAndDiscarded() throws IOException {
        String body = "{\"id\":\"evt_dead\",\"type\":\"a.b\",\"fail\":true}";
        assertThat(send("stripe", body, "stripe", "--secret", "env:A")).isZero();
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            out.getBuffer().setLength(0);
                            return onShop("list", "--state", "dead") == 0
                                    && out.toString().contains("evt_dead");
                        });
        String row = out.toString().lines().skip(1).findFirst().orElseThrow();
        String number = row.split(" ", 2)[0];
        assertThat(row)
                .contains("stripe", "a.b", "dead", "script_error", "there is no customer")
                .doesNotContain("\u001b");
        out.getBuffer().setLength(0);

        assertThat(onShop("show", number)).isZero();
        assertThat(out.toString()).contains("payload   " + body);
        assertThat(onShop("replay", number)).isZero();
        assertThat(out.toString()).contains("replayed " + number);
        assertThat(onShop("discard", number)).isZero();
        assertThat(onShop("discard", number)).isEqualTo(1);
        assertThat(onShop("replay", number)).isEqualTo(1);
        assertThat(onShop("show", number)).isEqualTo(1);
        out.getBuffer().setLength(0);
        assertThat(onShop("list", "--state", "dead", "--json")).isZero();
        assertThat(Json.parse(out.toString()))
                .isEqualTo(Json.parse("{\"events\":[],\"more\":false}"));
    }

    @Test
    void theCircleIsFoundByItsAddressTooAndStrangersAreRefused() {
        String url = "ws://127.0.0.1:" + port;
        String own = folder + "/data/shop/circle.pem";

        assertThat(circles("list", url, "-k", own)).as(err::toString).isZero();
        assertThat(circles("list", url)).isEqualTo(3);
        assertThat(circles("list", "none", "-c", folder + "/circles.json")).isEqualTo(3);
        assertThat(err.toString()).contains("there is no circle none; there is shop");
        assertThat(Main.run(strangers(), "keygen", folder + "/other.pem")).isZero();
        assertThat(circles("list", url, "-k", folder + "/other.pem")).isEqualTo(1);
    }

    private Shell strangers() {
        return new Shell(
                InputStream.nullInputStream(),
                false,
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                Map.of(),
                folder,
                new SecureRandom());
    }
}
