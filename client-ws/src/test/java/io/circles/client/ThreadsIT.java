package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.circles.protocol.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a client leaves behind, virtual threads included.
@Timeout(60)
class ThreadsIT {
    @TempDir Path folder;
    private int dumps;

    /// The library's own threads that are alive; their names all begin with `circle`.
    private List<String> threads() throws IOException, InterruptedException {
        Path file = folder.resolve("threads" + dumps++);
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String pid = Long.toString(ProcessHandle.current().pid());
        Process dump =
                new ProcessBuilder(jcmd, pid, "Thread.dump_to_file", file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(dump.waitFor()).isZero();
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.matches("#\\d+ \"circle .*\" virtual.*")).toList();
        }
    }

    @Test
    void anIdleClientIsOneVirtualThread() throws Exception {
        try (FakeCircle fake = FakeCircle.open()) {
            List<CircleClient> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                clients.add(
                        CircleClient.builder(fake.uri())
                                .keyPair(Nonces.CLIENT)
                                .onSignRequest(request -> SignDecision.approve())
                                .connect());
            }
            Awaitility.await().untilAsserted(() -> assertThat(threads()).hasSize(10));
            clients.forEach(CircleClient::close);
            Awaitility.await().untilAsserted(() -> assertThat(threads()).isEmpty());
        }
    }

    @Test
    void nothingStaysOfClientsThatFailed() throws Exception {
        try (FakeCircle fake = FakeCircle.open()) {
            fake.fail("authenticate", ErrorCode.INVALID_CREDENTIALS);
            CircleClientBuilder builder =
                    CircleClient.builder(fake.uri()).requestTimeout(Duration.ofMillis(50));
            for (int i = 0; i < 5; i++) {
                assertThat(catchThrowable(builder.keyPair(Nonces.CLIENT)::connect)).isNotNull();
            }
            try (CircleClient client =
                    CircleClient.builder(fake.uri()).neverReconnect().connect()) {
                fake.on("play", (ws, request) -> ws.closeConnection(1006, "cut"));
                assertThat(catchThrowable(() -> client.play("1"))).isNotNull();
                Awaitility.await().untilAsserted(() -> assertThat(threads()).isEmpty());
            }
        }
        CircleClientBuilder nobody = CircleClient.builder(URI.create("ws://127.0.0.1:1"));
        assertThat(catchThrowable(nobody::connect)).isInstanceOf(DialException.class);
        Awaitility.await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }
}
