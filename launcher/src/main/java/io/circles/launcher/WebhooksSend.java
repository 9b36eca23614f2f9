package io.circles.launcher;

import io.circles.protocol.Json;
import io.circles.server.webhook.provider.Hmac;
import io.circles.server.webhook.provider.Idenfy;
import io.circles.server.webhook.provider.StandardWebhooks;
import io.circles.server.webhook.provider.Stripe;
import io.circles.server.webhook.provider.Tolerance;
import io.circles.server.webhook.provider.WebhookProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `circles webhooks send`: sends a webhook as its provider would, with a right signature.
@Command(
        name = "send",
        description =
                "Sends a webhook as its provider would, with a right signature, and prints the answer: to"
                        + " try a handler.")
final class WebhooksSend implements Runnable {
    private final Shell shell;

    @Parameters(
            index = "0",
            paramLabel = "SCHEME",
            description = "How it is signed: stripe, idenfy, standard or hmac.")
    private Scheme scheme = Scheme.STRIPE;

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            description = "The body, such as event.json, as it is.")
    @SuppressWarnings("NullAway.Init") // picocli sets what is required
    private Path file;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "URL",
            description = "Where it goes, such as http://127.0.0.1:9001/webhooks/stripe/KEY.")
    @SuppressWarnings("NullAway.Init") // picocli sets what is required
    private URI to;

    @Option(
            names = "--secret",
            required = true,
            paramLabel = "PLACE",
            description = "Where the secret is kept: env:NAME or file:PATH.")
    @SuppressWarnings("NullAway.Init") // picocli sets what is required
    private String secret;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "For standard: the event's id; by default another one each time.")
    private Optional<String> id = Optional.empty();

    @Option(
            names = "--header",
            paramLabel = "NAME",
            defaultValue = "X-Signature",
            description = "For hmac: the header of the signature; by default X-Signature.")
    private String header = "";

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "For hmac: what stands before the signature, such as sha256=.")
    private String prefix = "";

    @Option(
            names = "--encoding",
            paramLabel = "WORD",
            defaultValue = "hex",
            description = "For hmac: hex or base64; by default hex.")
    private Hmac.Encoding encoding = Hmac.Encoding.HEX;

    @Option(
            names = "--digest",
            paramLabel = "WORD",
            defaultValue = "sha256",
            description = "For hmac: sha256 or sha512; by default sha256.")
    private Hmac.Hash digest = Hmac.Hash.SHA256;

    @Option(
            names = "--timestamp-header",
            paramLabel = "NAME",
            description = "For hmac: the header of the time, where the time is signed.")
    private Optional<String> timestampHeader = Optional.empty();

    @Option(
            names = "--signed",
            paramLabel = "TEXT",
            description = "For hmac with a time: what is signed; by default {timestamp}.{body}.")
    private Optional<String> signed = Optional.empty();

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = TimeConverter.class,
            description = "How long to wait for the answer, such as 500ms, 5s, 2m; by default 30s.")
    private Duration timeout = Duration.ZERO;

    /// The ways to sign.
    enum Scheme {
        STRIPE,
        IDENFY,
        STANDARD,
        HMAC
    }

    WebhooksSend(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(request(), HttpResponse.BodyHandlers.ofString());
            String line = answer.statusCode() + " " + answer.body().strip();
            shell.out().println(Printable.of(line));
            if (answer.statusCode() / 100 != 2) {
                throw new LauncherException(ExitCode.REFUSED, "circles: the webhook was not taken");
            }
        } catch (IOException e) {
            throw new LauncherException(
                    ExitCode.NOT_CONNECTED, "circles: " + to + ": " + FileErrors.words(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException(ExitCode.NOT_CONNECTED, "circles: interrupted");
        }
    }

    private HttpRequest request() {
        byte[] body = body();
        WebhookProvider provider = provider();
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(to);
        } catch (IllegalArgumentException e) {
            throw usage("--to is a URL such as http://127.0.0.1:9001/webhooks/stripe");
        }
        request.timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        provider.sign(body, key(provider), id.orElse("msg_" + UUID.randomUUID()), Instant.now())
                .forEach(request::header);
        return request.build();
    }

    private byte[] body() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw usage(file + ": " + FileErrors.words(e));
        }
    }

    private WebhookProvider provider() {
        try {
            return switch (scheme) {
                case STRIPE -> new Stripe(Tolerance.DEFAULT);
                case IDENFY -> new Idenfy();
                case STANDARD -> new StandardWebhooks(Tolerance.DEFAULT);
                case HMAC -> hmac();
            };
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private Hmac hmac() {
        return new Hmac(
                header, prefix, encoding, digest, time(), Optional.empty(), Optional.empty());
    }

    private Optional<Hmac.SignedTime> time() {
        if (timestampHeader.isEmpty() && signed.isPresent()) {
            throw usage("--signed means nothing without --timestamp-header");
        }
        String before = WebhookSchemeReader.beforeBody(signed.orElse("{timestamp}.{body}"));
        return timestampHeader.map(name -> new Hmac.SignedTime(name, before, Tolerance.DEFAULT));
    }

    private byte[] key(WebhookProvider provider) {
        Findings findings = new Findings("--secret");
        ConfigReader place = ConfigReader.root(Json.text(secret), findings);
        SecretsReader secrets = new SecretsReader(Path.of(""), shell.environment());
        Optional<byte[]> key =
                secrets.value(place).flatMap(value -> place.text(_ -> provider.key(value)));
        findings.throwIfProblems();
        findings.warnings().forEach(shell.err()::println);
        return key.orElseThrow();
    }

    private static LauncherException usage(String what) {
        return new LauncherException(ExitCode.USAGE, "circles: " + what);
    }
}
