package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A circle that is dialled by a name which is not always found.
@Timeout(60)
class NamesIT {
    private static final String HOST = "circle.test";
    private static final Duration SOON = Duration.ofMillis(20);

    private final List<ClientState> states = new CopyOnWriteArrayList<>();
    private FakeCircle fake;

    @BeforeEach
    void start() throws InterruptedException {
        fake = FakeCircle.open();
        fake.spoilLines(lines -> lines.set(1, "origin: ws://" + HOST + ":" + fake.getPort()));
    }

    @AfterEach
    void stop() {
        Names.forget(HOST);
        fake.close();
    }

    private CircleClientBuilder builder() {
        return CircleClient.builder(fake.uri(HOST, "/"))
                .keyPair(Nonces.CLIENT)
                .reconnect(SOON, SOON)
                .onState(states::add);
    }

    private String notFound() {
        return "no connection to ws://circle.test:%d: the host circle.test is not found"
                .formatted(fake.getPort());
    }

    private long failedLookUps() {
        return states.stream()
                .filter(ClientState.Waiting.class::isInstance)
                .map(state -> ((ClientState.Waiting) state).why().getMessage())
                .filter(notFound()::equals)
                .count();
    }

    @Test
    void aNameThatIsNotFoundAnyMoreIsWaitedForAndAskedForAgain() throws Exception {
        Names.know(HOST);
        try (CircleClient client = builder().connect()) {
            Names.forget(HOST);
            fake.cutAll();
            await().until(() -> failedLookUps() > 2);
            Names.know(HOST);

            assertThat(client.play("1").output()).isEqualTo("1");
            assertThat(states).doesNotHaveAnyElementsOfTypes(ClientState.Closed.class);
        }
    }

    @Test
    void theFirstConnectSaysWhichHostIsNotFound() {
        assertThatThrownBy(builder()::connect)
                .isInstanceOf(DialException.class)
                .hasMessage(notFound());
    }

    @Test
    void whoIsPatientWaitsForTheNameOfTheFirstConnectToo() throws Exception {
        Thread.ofVirtual()
                .start(
                        () -> {
                            await().until(() -> failedLookUps() > 2);
                            Names.know(HOST);
                        });
        try (CircleClient client = builder().connectPatience(Duration.ofMinutes(1)).connect()) {
            assertThat(client.play("1").output()).isEqualTo("1");
        }
    }

    @Test
    void aProxyThatIsNotFoundOrNotThereIsNotTakenForTheCircle() throws Exception {
        Names.know(HOST);
        assertThatThrownBy(builder().proxy("proxy.test", 3128)::connect)
                .isInstanceOf(DialException.class)
                .hasMessageEndingWith(fake.getPort() + ": the host proxy.test is not found");
        int port = closedPort();
        assertThatThrownBy(builder().proxy("127.0.0.1", port)::connect)
                .isInstanceOf(DialException.class)
                .hasMessageContaining(
                        "%d: the proxy 127.0.0.1:%d is not reached: ", fake.getPort(), port);
    }

    private static int closedPort() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
