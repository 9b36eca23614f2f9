package io.circles.benchmarks.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/// Devices that listen, each for a key of its own, and sign all that they are asked at once.
///
/// One thread of their own serves them all; the counts can be read from any.
final class Signers implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long STEP_MS = 100;

    private final Selector selector;
    private final WorkMeter signing;
    private final Thread thread = new Thread(this::serve, "signers");
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicReference<String> fault = new AtomicReference<>("");
    private volatile boolean closed;

    private record Signer(LoadConnection connection, KeyPair key) {}

    private Signers(Selector selector, WorkMeter signing) {
        this.selector = selector;
        this.signing = signing;
    }

    /// Connects one for each key and has it listen.
    ///
    /// @param signing counts what signing takes
    /// @throws IOException when one of them cannot
    static Signers connect(URI url, List<KeyPair> keys, WorkMeter signing) throws IOException {
        Signers signers = new Signers(Selector.open(), signing);
        signers.thread.start();
        try {
            for (KeyPair key : keys) {
                signers.add(listening(url, key), key);
            }
            return signers;
        } catch (IOException | RuntimeException e) {
            signers.close();
            throw e;
        }
    }

    private void add(LoadConnection connection, KeyPair key) throws IOException {
        connection.channel().register(selector, SelectionKey.OP_READ, new Signer(connection, key));
        selector.wakeup();
    }

    private static LoadConnection listening(URI url, KeyPair key) throws IOException {
        Login login = Login.open(url, key, PATIENCE);
        try {
            JsonNode answer = login.ask("sign_listen", Json.object());
            if (!answer.at("/result/listening").asBoolean()) {
                throw new IOException("a signer may not listen: " + answer);
            }
            return login.handOver();
        } catch (IOException | RuntimeException e) {
            login.close();
            throw e;
        }
    }

    private void serve() {
        try {
            while (!closed) {
                selector.select(this::came, STEP_MS);
            }
        } catch (IOException | RuntimeException e) {
            fault("the signers: " + e.getMessage());
        }
    }

    private void came(SelectionKey selected) {
        Signer signer = (Signer) selected.attachment();
        LoadConnection connection = signer.connection;
        try {
            connection.read();
            Optional<LoadConnection.Payload> payload = connection.takeText();
            while (payload.isPresent()) {
                take(signer, connection.text(payload.get()));
                payload = connection.takeText();
            }
        } catch (IOException e) {
            fault("a signer's connection was lost: " + e.getMessage());
            close(connection);
        }
    }

    private void close(LoadConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            fault("a connection could not be closed: " + e.getMessage());
        }
    }

    private void take(Signer signer, String frame) throws IOException {
        JsonNode came = Json.parse(frame);
        if (came.path("method").asText().equals("sign_request")) {
            asked.incrementAndGet();
            signer.connection.send(signed(signer.key, came.path("params")).frame());
        } else if (came.at("/result/accepted").asBoolean()) {
            accepted.incrementAndGet();
        } else {
            fault("a signer was told " + frame);
        }
    }

    private Request signed(KeyPair key, JsonNode request) {
        byte[] message = Base64.getDecoder().decode(request.path("message").asText());
        ObjectNode params = Json.object().put("id", request.path("id").asText());
        params.put("signature", signing.of(() -> key.sign(message)).hex());
        return Request.of("sign_respond", params, Answer.any());
    }

    private void fault(String what) {
        fault.compareAndSet("", what);
    }

    /// How often they were asked.
    long asked() {
        return asked.get();
    }

    /// How many of their signatures the server took as the answer.
    long accepted() {
        return accepted.get();
    }

    /// The first that was not as it should be; empty if all was.
    String fault() {
        return fault.get();
    }

    /// The processor time of their thread so far.
    Duration cpu() {
        return Duration.ofNanos(
                ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId()));
    }

    /// Cuts all connections off.
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
