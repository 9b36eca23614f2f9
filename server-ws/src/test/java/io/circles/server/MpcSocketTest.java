package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.server.SocketEndpoint.Dialled;
import io.circles.server.mpc.Client;
import io.circles.server.mpc.Relays;
import io.circles.server.session.Origin;
import io.circles.server.transport.Admission.RequestHead;
import java.net.InetSocketAddress;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MpcSocketTest {
    private static final Origin ORIGIN = Origin.parse("ws://127.0.0.1:9001");

    private static MpcSocket started() {
        return new MpcSocket(Relays.unused(), 1, () -> UUID.randomUUID().toString());
    }

    private static Client client(MpcSocket socket, String query) {
        return socket.client(new Dialled(ORIGIN, query));
    }

    @Test
    void theFirstConnectionAfterARestartIsNotTheFirstBefore() {
        Client before = client(started(), "");
        Client after = client(started(), "");
        assertThat(after.name()).isEqualTo(before.name());
        assertThat(after.id()).isNotEqualTo(before.id());
    }

    @Test
    void noSecretIsInTheTextOfWhatHoldsIt() {
        String secret = "s".repeat(32);
        String query = "resume=" + secret;
        Dialled dialled = new Dialled(ORIGIN, query);
        RequestHead head =
                new RequestHead(new InetSocketAddress(9001), "/mpc", query, "example.com", null);
        assertThat(dialled.toString() + head).contains("/mpc").doesNotContain(secret);
        assertThat(client(started(), query).toString()).doesNotContain(secret);
    }

    @Test
    void aSecretIsTheSameClientAfterARestart() {
        String query = "resume=" + "s".repeat(32);
        assertThat(client(started(), query).id()).isEqualTo(client(started(), query).id());
    }
}
