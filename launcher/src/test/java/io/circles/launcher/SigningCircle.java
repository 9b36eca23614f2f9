package io.circles.launcher;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CircleClient;
import io.circles.client.CircleClientBuilder;
import io.circles.client.SignHandler;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;

/// A circle in a process of its own whose function asks for signatures, and keeps what became of
/// them.
final class SigningCircle implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String MODULE =
            """
            export function ask({ key, message, display, ttl }) {
              return sign.request({ key, message, display, ttl });
            }
            export function onSigned(event) {
              state.set(`circle/ended/${event.id}`, event);
            }
            export function ended({ id }) {
              return state.get(`circle/ended/${id}`) ?? null;
            }
            """;

    private final Path folder;
    private final String json;
    private final URI url;
    private final KeyPair asker;
    private CirclesProcess up;

    private SigningCircle(Path folder, String json, KeyPair asker) throws IOException {
        this.folder = folder;
        this.json = json;
        this.asker = asker;
        this.up = CirclesProcess.servingAlone(folder, json);
        this.url = up.url(0);
    }

    /// @param limits as in circles.json
    static SigningCircle serve(Path folder, KeyPair asker, String limits) throws Exception {
        Files.writeString(folder.resolve("main.js"), MODULE);
        String json =
                """
                [{"name": "vault", "port": %d, "script": "main.js", "limits": %s}]"""
                        .formatted(FreePort.next(), limits);
        return new SigningCircle(folder, json, asker);
    }

    static KeyPair newKey() {
        return KeyPair.generate(new SecureRandom());
    }

    URI url() {
        return url;
    }

    /// As people write it: host and port, without the circle's key.
    String address() {
        return "ws://" + url.getAuthority();
    }

    PublicKey publicKey() {
        return PublicKey.parse(url.getPath().substring(1));
    }

    CircleClientBuilder client(KeyPair key) {
        return CircleClient.builder(url).keyPair(key);
    }

    CircleClient signer(KeyPair key, SignHandler handler) throws InterruptedException {
        return client(key).onSignRequest(handler).connect();
    }

    /// Has a key asked, and gives the request's id.
    String ask(PublicKey key, String message) throws InterruptedException {
        return ask(key, message, Duration.ofMinutes(5));
    }

    String ask(PublicKey key, String message, Duration ttl) throws InterruptedException {
        Map<String, Object> args =
                Map.of(
                        "key",
                        key.hex(),
                        "message",
                        message,
                        "display",
                        "Please: " + message,
                        "ttl",
                        ttl.toMillis());
        return call("ask", args).asText();
    }

    private JsonNode call(String function, Map<String, Object> args) throws InterruptedException {
        try (CircleClient client = client(asker).connect()) {
            return client.call(function, args).value();
        }
    }

    /// Waits for what the circle's handler was told of a request's end.
    JsonNode ended(String id) {
        return await().atMost(PATIENCE)
                .until(() -> call("ended", Map.of("id", id)), JsonNode::isObject);
    }

    /// Whether the circle's handler was told of no end.
    boolean isPending(String id) throws InterruptedException {
        return call("ended", Map.of("id", id)).isNull();
    }

    /// Ends the server at once.
    void kill() throws IOException, InterruptedException {
        up.signal("KILL");
        up.exitCode();
    }

    /// Serves it again in the same place, with the state and the key that are there.
    void restart() throws IOException {
        up = CirclesProcess.servingAlone(folder, json);
    }

    @Override
    public void close() {
        up.close();
    }
}
