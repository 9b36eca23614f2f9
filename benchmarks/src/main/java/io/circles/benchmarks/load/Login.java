package io.circles.benchmarks.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/// Opens a connection, proves a key on it, and asks one thing after another: what is done once a
/// connection, blocking.
///
/// For one thread.
public final class Login implements AutoCloseable {
    private final LoadConnection connection;
    private final Selector selector;
    private final long patienceMs;

    private Login(LoadConnection connection, Selector selector, Duration patience) {
        this.connection = connection;
        this.selector = selector;
        this.patienceMs = patience.toMillis();
    }

    /// Connects and authenticates.
    ///
    /// @param patience how long to wait for any one answer, here and later
    /// @throws IOException when the server cannot be reached, refuses or is too slow
    public static Login open(URI url, KeyPair key, Duration patience) throws IOException {
        LoadConnection connection = LoadConnection.open(url);
        Selector selector = Selector.open();
        connection.channel().register(selector, SelectionKey.OP_READ);
        Login login = new Login(connection, selector, patience);
        try {
            login.upgrade(url);
            login.authenticate(key);
            return login;
        } catch (IOException | RuntimeException e) {
            login.close();
            throw e;
        }
    }

    private void upgrade(URI url) throws IOException {
        String path = url.getPath().isEmpty() ? "/" : url.getPath();
        String nonce = Base64.getEncoder().encodeToString(new byte[16]);
        String head =
                "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n"
                        .formatted(path, url.getAuthority(), nonce);
        connection.send(head.getBytes(StandardCharsets.ISO_8859_1));
        Optional<String> answer = connection.takeHead();
        while (answer.isEmpty()) {
            await();
            answer = connection.takeHead();
        }
        if (!answer.get().startsWith("HTTP/1.1 101")) {
            throw new IOException(
                    "no WebSocket at " + url + ": " + answer.get().lines().findFirst());
        }
    }

    private void authenticate(KeyPair key) throws IOException {
        ObjectNode params = Json.object();
        params.put("pubkey", key.publicKey().hex());
        String nonce = ask("fetch_nonce", params).path("result").path("nonce").asText();
        params.put("signature", key.sign(nonce.getBytes(StandardCharsets.UTF_8)).encoded());
        JsonNode answer = ask("authenticate", params);
        if (!answer.path("result").path("authenticated").asBoolean()) {
            throw new IOException("not authenticated: " + answer);
        }
    }

    /// Sends a request and waits for its answer, result or error. Events that come before it are
    /// passed over.
    public JsonNode ask(String method, ObjectNode params) throws IOException {
        JsonNode frame = Json.parse(ask(Request.of(method, params, Answer.any())));
        while (frame.has("method")) {
            frame = Json.parse(next());
        }
        return frame;
    }

    /// Sends a request and waits for the text of its answer.
    public String ask(Request request) throws IOException {
        connection.send(request.frame());
        return next();
    }

    private String next() throws IOException {
        Optional<LoadConnection.Payload> payload = connection.takeText();
        while (payload.isEmpty()) {
            await();
            payload = connection.takeText();
        }
        return connection.text(payload.get());
    }

    private void await() throws IOException {
        if (selector.select(_ -> {}, patienceMs) == 0) {
            throw new IOException("no answer within " + patienceMs + " ms");
        }
        connection.read();
    }

    /// Gives the connection to the generator, and is of no more use itself.
    LoadConnection handOver() throws IOException {
        selector.close();
        return connection;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        connection.close();
    }
}
