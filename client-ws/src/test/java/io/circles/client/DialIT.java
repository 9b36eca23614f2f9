package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against a server that is no circle: a plain socket, one connection.
@Timeout(30)
class DialIT {
    private final CompletableFuture<String> request = new CompletableFuture<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private CircleClientBuilder builder() {
        URI uri = URI.create("ws://127.0.0.1:" + server.getLocalPort() + "/a?b=c");
        return CircleClient.builder(uri).keyPair(Nonces.CLIENT);
    }

    /// Reads the request, answers so, then reads until the client is gone.
    private void answer(String text) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (Socket socket = server.accept()) {
                                request.complete(head(socket.getInputStream()));
                                socket.getOutputStream()
                                        .write(text.getBytes(StandardCharsets.US_ASCII));
                                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                            } catch (IOException e) {
                                request.completeExceptionally(e);
                            }
                        });
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head.toString();
    }

    private DialException failed() {
        return catchThrowableOfType(DialException.class, builder()::connect);
    }

    @ParameterizedTest
    @CsvSource({"403, Forbidden", "404, Not Found", "503, Service Unavailable", "302, Found"})
    void aRefusedUpgradeSaysItsStatus(int status, String phrase) {
        answer("HTTP/1.1 %d %s\r\nContent-Length: 2\r\n\r\nno".formatted(status, phrase));

        assertThat(failed())
                .returns(OptionalInt.of(status), DialException::httpStatus)
                .hasMessageEndingWith("the upgrade was refused: " + status + " " + phrase);
    }

    @Test
    void whatIsNotThereIsNamed() {
        answer("HTTP/1.1 404 Not Found\r\n\r\n");

        assertThat(failed()).hasMessageContaining(" has no circle at /a: ");
    }

    @Test
    void theRequestNamesTheHostAndThePathAsTheyWereDialed() {
        answer("HTTP/1.1 404 Not Found\r\n\r\n");
        failed();

        assertThat(request.join())
                .startsWith("GET /a?b=c HTTP/1.1\r\n")
                .contains("\r\nHost: 127.0.0.1:" + server.getLocalPort() + "\r\n")
                .doesNotContain("Sec-WebSocket-Extensions", "Origin");
    }

    @Test
    void theRequestHasTheHeadersOfTheCaller() {
        answer("HTTP/1.1 404 Not Found\r\n\r\n");
        var builder = builder().header("Authorization", "Bearer x").header("X-Trace", "1");
        assertThat(catchThrowableOfType(DialException.class, builder::connect)).isNotNull();

        assertThat(request.join())
                .contains("\r\nAuthorization: Bearer x\r\n", "\r\nX-Trace: 1\r\n");
    }

    @Test
    void aHeaderThatCannotBeIsRefusedWithoutSayingItsValue() {
        for (String name : List.of("Host", "upgrade", "Sec-WebSocket-Key", "a b", "")) {
            assertRefused(name, "secret");
        }
        assertRefused("X", "secret\r\nY: 1");
        assertRefused("X", "secret\u00e9");
    }

    private void assertRefused(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().header(name, value))
                .withMessageNotContaining("secret");
    }

    @Test
    void anAnswerToAnotherRequestIsNoUpgrade() {
        answer(
                String.join(
                        "\r\n",
                        "HTTP/1.1 101 Switching Protocols",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                        "\r\n"));

        assertThat(failed())
                .returns(OptionalInt.empty(), DialException::httpStatus)
                .hasMessageEndingWith("the answer does not fit the request to upgrade");
    }

    @Test
    void whatDoesNotSpeakHttpIsNoCircle() {
        answer("SSH-2.0-OpenSSH_9.6\r\n\r\n");

        assertThat(failed()).hasMessageEndingWith("the answer is not HTTP");
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() {
        answer("");

        assertThatThrownBy(builder().connectTimeout(Duration.ofMillis(200))::connect)
                .isInstanceOf(DialException.class)
                .hasMessageContaining("did not take the connection within 200 ms");
    }

    @Test
    void connectingCanBeInterrupted() throws Exception {
        answer("");
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread dialer =
                Thread.ofPlatform()
                        .start(
                                () ->
                                        thrown.complete(
                                                catchThrowableOfType(
                                                        Throwable.class, builder()::connect)));
        request.join();
        Awaitility.await().until(() -> dialer.getState() == Thread.State.TIMED_WAITING);
        dialer.interrupt();

        assertThat(thrown.join()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void nobodyThereIsSaidSo() throws IOException {
        server.close();

        assertThat(failed()).hasMessageStartingWith("nothing listens at ws://127.0.0.1:");
    }

    @Test
    void anUnknownHostIsSaidSo() {
        CircleClientBuilder builder = CircleClient.builder(URI.create("ws://no-such-host.invalid"));

        assertThatThrownBy(builder::connect)
                .isInstanceOf(DialException.class)
                .hasMessage(
                        "no connection to ws://no-such-host.invalid: the host no-such-host.invalid"
                                + " is not found");
    }
}
