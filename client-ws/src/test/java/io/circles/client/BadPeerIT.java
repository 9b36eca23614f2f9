package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Against a server that upgrades a connection and then does with its socket as it likes.
@Timeout(30)
@Tag("waiting")
class BadPeerIT {
    private static final Duration SOON = WebSocketLink.CLOSE_GRACE.plusSeconds(2);
    private static final byte[] PING = {(byte) 0x89, 0};

    private interface Behaviour {
        void with(Socket socket) throws IOException;
    }

    private final CountDownLatch clientGone = new CountDownLatch(1);
    private Duration keepAlive = Duration.ofSeconds(20);
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private CircleClient connect(Behaviour behaviour) throws InterruptedException {
        Thread.ofVirtual().start(() -> serve(behaviour));
        return CircleClient.builder(URI.create("ws://127.0.0.1:" + server.getLocalPort()))
                .requestTimeout(Duration.ofMillis(500))
                .keepAlive(keepAlive)
                .neverReconnect()
                .connect();
    }

    private void serve(Behaviour behaviour) {
        try (Socket socket = server.accept()) {
            String head = head(socket.getInputStream());
            Matcher key = Pattern.compile("Sec-WebSocket-Key: (\\S+)").matcher(head);
            assertThat(key.find()).isTrue();
            String answer =
                    String.join(
                            "\r\n",
                            "HTTP/1.1 101 Switching Protocols",
                            "Upgrade: websocket",
                            "Connection: Upgrade",
                            "Sec-WebSocket-Accept: " + accept(key.group(1)),
                            "\r\n");
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            behaviour.with(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head.toString();
    }

    private static String accept(String key) {
        try {
            byte[] text =
                    (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                            .getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void waitForTheClientsEnd(Socket socket) {
        try {
            clientGone.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertClosesSoon(CircleClient client) {
        long start = System.nanoTime();
        client.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }

    @Test
    void aPeerThatReadsNothingKeepsNobodyWaitingForEver() throws Exception {
        String script = "x".repeat(1 << 20);
        try (CircleClient client = connect(this::waitForTheClientsEnd);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Object>> plays =
                    IntStream.range(0, 64)
                            .mapToObj(i -> threads.<Object>submit(() -> client.play(script)))
                            .toList();
            for (Future<Object> play : plays) {
                assertThatThrownBy(play::get).hasCauseInstanceOf(RequestTimeoutException.class);
            }
            assertClosesSoon(client);
            clientGone.countDown();
        }
    }

    @Test
    void aPeerThatDoesNotAgreeToACloseIsLeft() throws Exception {
        CircleClient client = connect(socket -> socket.getInputStream().transferTo(sink()));

        assertClosesSoon(client);
    }

    private OutputStream sink() {
        return OutputStream.nullOutputStream();
    }

    @Test
    void aPeerThatTalksOnAfterACloseIsLeft() throws Exception {
        CircleClient client = connect(BadPeerIT::ping);

        assertClosesSoon(client);
        assertThatThrownBy(() -> client.play("1")).isInstanceOf(ConnectionLostException.class);
    }

    private static void ping(Socket socket) throws IOException {
        try {
            while (true) {
                socket.getOutputStream().write(PING);
            }
        } catch (SocketException e) {
            // the client has closed it, as it should
        }
    }

    @Test
    void aPeerThatPingsAndNeverReadsIsLeft() throws Exception {
        CircleClient client =
                connect(
                        socket -> {
                            byte[] pings = new byte[PING.length * 1_000_000];
                            IntStream.range(0, 1_000_000).forEach(i -> pings[2 * i] = PING[0]);
                            socket.getOutputStream().write(pings);
                            socket.getOutputStream().write(pings);
                            clientGone.countDown();
                            ping(socket);
                        });
        clientGone.await();

        assertClosesSoon(client);
    }

    @Test
    void aPeerThatFallsSilentIsGivenUp() throws Exception {
        keepAlive = Duration.ofMillis(200);
        try (CircleClient client = connect(this::waitForTheClientsEnd)) {
            assertThat(client.awaitEnd())
                    .returns(1006, ConnectionLostException::closeCode)
                    .hasMessageContaining("nothing was heard for");
            clientGone.countDown();
        }
    }

    @Test
    void aPeerThatAnswersPingsIsAliveHoweverSilent() throws Exception {
        keepAlive = Duration.ofMillis(200);
        CountDownLatch answered = new CountDownLatch(5);
        try (CircleClient client = connect(socket -> pong(socket, answered))) {
            assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(client.state()).isInstanceOf(ClientState.Ready.class);
        }
    }

    /// Pings are empty frames with a mask of four bytes.
    private static void pong(Socket socket, CountDownLatch answered) throws IOException {
        try {
            while (socket.getInputStream().readNBytes(6).length == 6) {
                socket.getOutputStream().write(new byte[] {(byte) 0x8a, 0});
                answered.countDown();
            }
        } catch (SocketException e) {
            // the client has closed it
        }
    }

    @Test
    void framesOfNonsenseEndTheConnection() throws Exception {
        try (CircleClient client =
                connect(
                        socket -> {
                            socket.getOutputStream().write(new byte[] {(byte) 0xff, 0x7f, 1, 2});
                            assertThat(socket.getInputStream().read()).isPositive();
                        })) {
            assertThatThrownBy(() -> client.play("1"))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("1002");
        }
    }

    @Test
    void textThatIsNotUtf8EndsTheConnection() throws Exception {
        try (CircleClient client =
                connect(
                        socket -> {
                            socket.getOutputStream()
                                    .write(new byte[] {(byte) 0x81, 1, (byte) 0xff});
                            assertThat(socket.getInputStream().read()).isPositive();
                        })) {
            assertThatThrownBy(() -> client.play("1"))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("1007");
        }
    }

    @Test
    void anEndOfStreamWithoutACloseIsABreak() throws Exception {
        try (CircleClient client = connect(Socket::shutdownOutput)) {
            assertThatThrownBy(() -> client.play("1"))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageStartingWith("the connection broke");
        }
    }
}
