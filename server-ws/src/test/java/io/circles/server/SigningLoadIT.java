package io.circles.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.server.sigsocket.Ask;
import io.circles.server.sigsocket.Message;
import io.circles.server.sigsocket.Requester;
import io.circles.server.sigsocket.Signed;
import io.circles.server.socket.RawSocket;
import io.circles.server.store.AuditEvent;
import io.circles.server.store.AuditFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A thousand signers and ten thousand requests at once.
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SigningLoadIT {
    private static final int SIGNERS = 1_000;
    private static final int EACH = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SecureRandom random = new SecureRandom();
    private final List<KeyPair> keys = new ArrayList<>();
    private final Queue<RawSocket> sockets = new ConcurrentLinkedQueue<>();
    private final Queue<String> answered = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> troubles = new ConcurrentLinkedQueue<>();
    private Path folder;
    private CircleHost host;
    private CircleServer circle;

    @BeforeEach
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        host = CircleHost.start(new StubScripts());
        Limits limits =
                Limits.DEFAULTS
                        .with(Limit.CONNECTIONS, 2 * SIGNERS)
                        .with(Limit.SIGN_PENDING_ALL, 4 * SIGNERS * EACH)
                        .with(Limit.SIGN_REQUESTS, SIGNERS * EACH)
                        .with(Limit.PING_MS, 5_000);
        circle = host.mount(TestCircles.circle().data(folder).limits(limits).build());
        for (int i = 0; i < SIGNERS; i++) {
            keys.add(KeyPair.generate(random));
        }
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        host.close();
        sockets.forEach(RawSocket::close);
    }

    /// Logs in, listens, and signs what it is asked, until it has signed all.
    private void sign(KeyPair key) {
        try {
            RawSocket socket = RawSocket.dial(circle.url());
            sockets.add(socket);
            String nonce = ask(socket, "fetch_nonce", key.publicKey().hex()).at("/nonce").asText();
            String proof = key.sign(nonce.getBytes(UTF_8)).hex();
            ask(socket, "authenticate", key.publicKey().hex(), proof);
            ask(socket, "sign_listen");
            for (int i = 0; i < 2 * EACH; i++) {
                JsonNode came = Json.parse(socket.receive());
                if (came.path("method").asText().equals("sign_request")) {
                    answer(socket, key, came.path("params"));
                } else if (!came.at("/result/accepted").asBoolean()) {
                    throw new AssertionError("not accepted: " + came);
                }
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            troubles.add(e);
        }
    }

    private void answer(RawSocket socket, KeyPair key, JsonNode request) {
        byte[] message = Base64.getDecoder().decode(request.path("message").asText());
        String text = new String(message, UTF_8);
        if (!text.startsWith(key.publicKey().hex())) {
            throw new AssertionError("is for another key: " + text);
        }
        answered.add(text);
        socket.send(request("sign_respond", request.path("id").asText(), key.sign(message).hex()));
    }

    private static JsonNode ask(RawSocket socket, String method, Object... params)
            throws IOException {
        socket.send(request(method, params));
        JsonNode answer = Json.parse(socket.receive());
        if (!answer.has("result")) {
            throw new AssertionError(answer.toString());
        }
        return answer.path("result");
    }

    private static String request(String method, Object... params) {
        return Json.write(
                Json.object()
                        .put("jsonrpc", "2.0")
                        .put("id", method + (params.length > 0 ? params[0] : ""))
                        .put("method", method)
                        .set("params", Json.tree(List.of(params))));
    }

    private Future<Signed> asking(PublicKey key, int number) {
        String message = key.hex() + " " + number;
        Ask ask =
                new Ask(
                        key,
                        Message.of(message.getBytes(UTF_8)),
                        "text/plain",
                        "",
                        SignDigest.SHA256,
                        new Requester("load"),
                        PATIENCE,
                        false);
        return threads.submit(() -> circle.sigSocket().sign(ask));
    }

    @Test
    void everyRequestIsSignedOnceByItsOwnKeyAndAuditedSo() throws Exception {
        keys.forEach(key -> threads.execute(() -> sign(key)));
        await().atMost(PATIENCE)
                .until(() -> circle.sigSocket().connected() == SIGNERS || !troubles.isEmpty());
        assertThat(troubles).isEmpty();
        assertThat(circle.sigSocket().connectedKeys()).isEqualTo(SIGNERS);

        List<Future<Signed>> asked = new ArrayList<>();
        for (int number = 0; number < EACH; number++) {
            for (KeyPair key : keys) {
                asked.add(asking(key.publicKey(), number));
            }
        }
        int at = 0;
        for (Future<Signed> each : asked) {
            KeyPair key = keys.get(at % SIGNERS);
            String message = key.publicKey().hex() + " " + at / SIGNERS;
            Signed signed = each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(signed.signature()).isEqualTo(key.sign(message.getBytes(UTF_8)));
            at++;
        }
        assertThat(troubles).isEmpty();
        assertThat(answered).hasSize(SIGNERS * EACH).doesNotHaveDuplicates();
        assertThat(circle.sigSocket().pending()).isZero();
        host.close();
        assertAudit();
    }

    private void assertAudit() {
        Map<AuditEvent, Integer> events = new EnumMap<>(AuditEvent.class);
        try (AuditFile audit = AuditFile.open(folder.resolve("server.db")).orElseThrow()) {
            audit.entries(entry -> events.merge(entry.fact().event(), 1, Integer::sum));
            assertThat(audit.verify(circle.publicKey(), Optional.empty()).problem()).isEmpty();
            assertThat(audit.verify(circle.publicKey(), Optional.empty()).unsigned()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(events)
                .isEqualTo(
                        Map.of(
                                AuditEvent.REQUESTED, SIGNERS * EACH,
                                AuditEvent.DELIVERED, SIGNERS * EACH,
                                AuditEvent.APPROVED, SIGNERS * EACH));
    }
}
