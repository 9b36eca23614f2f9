package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Through an HTTP proxy that opens tunnels, or does not want to.
@Timeout(30)
class ProxyIT {
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private volatile String answer = "HTTP/1.1 200 Connection established\r\n\r\n";
    private ServerSocket proxy;
    private FakeCircle fake;

    @BeforeEach
    void start() throws Exception {
        fake = FakeCircle.open();
        proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptAll);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        fake.close();
    }

    private void acceptAll() {
        while (!proxy.isClosed()) {
            try {
                Socket client = proxy.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return; // the test is over
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket target = new Socket(InetAddress.getLoopbackAddress(), fake.getPort())) {
            heads.add(head(client.getInputStream()));
            client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            Thread.ofVirtual().start(() -> pass(client, target));
            target.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            return; // one of the two is gone
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            return; // one of the two is gone
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head.toString();
    }

    private CircleClientBuilder builder() {
        return CircleClient.builder(fake.uri())
                .keyPair(Nonces.CLIENT)
                .connectTimeout(Duration.ofSeconds(10));
    }

    @Test
    void aCircleIsReachedThroughATunnel() throws Exception {
        try (CircleClient client = builder().proxy("127.0.0.1", proxy.getLocalPort()).connect()) {
            assertThat(client.play("1").output()).isEqualTo("1");
        }
        String target = "127.0.0.1:" + fake.getPort();
        assertThat(heads)
                .containsExactly("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
    }

    @Test
    void aProxyThatAsksIsToldNameAndPassword() throws Exception {
        builder().proxy("127.0.0.1", proxy.getLocalPort(), "ada", "söcret").connect().close();

        assertThat(heads.getFirst())
                .endsWith("\r\nProxy-Authorization: Basic YWRhOnPDtmNyZXQ=\r\n\r\n");
    }

    @Test
    void aProxyThatRefusesIsSaidSo() {
        answer = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";

        assertThat(
                        catchThrowableOfType(
                                DialException.class,
                                builder().proxy("127.0.0.1", proxy.getLocalPort())::connect))
                .hasMessageEndingWith("the proxy refused: 407 Proxy Authentication Required");
        assertThat(fake.requests()).isEmpty();
    }

    @Test
    void aProxyHasAHostAndAPort() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().proxy("", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().proxy("x", 65_536));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().proxy("x", 1, "a:b", "password"));
        assertThat(HttpProxy.of("x", 1, "ada", "secret").toString()).isEqualTo("HttpProxy[x:1]");
    }
}
