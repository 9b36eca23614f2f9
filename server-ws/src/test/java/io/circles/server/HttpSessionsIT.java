package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.server.socket.RawSocket;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/// Nothing is kept of a connection that is gone.
class HttpSessionsIT {
    private static final int DIALS = 300;

    /// How many objects of a class are reachable, counted by the virtual machine itself.
    private static long instances(String type) throws JMException {
        String histogram =
                (String)
                        ManagementFactory.getPlatformMBeanServer()
                                .invoke(
                                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                        "gcClassHistogram",
                                        new Object[] {new String[0]},
                                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.trim().split("\\s+", -1))
                .filter(columns -> columns.length >= 4 && columns[3].equals(type))
                .mapToLong(columns -> Long.parseLong(columns[1]))
                .sum();
    }

    @Test
    void noHttpSessionAndNoConnectionIsKeptOfAnUpgrade() throws IOException {
        try (CircleHost host = CircleHost.start(new StubScripts())) {
            CircleServer circle = host.mount(TestCircles.circle().build());
            for (int i = 0; i < DIALS; i++) {
                RawSocket.dial(circle.url()).close();
            }
            await().until(() -> circle.connections() == 0);

            for (String type :
                    new String[] {
                        "org.eclipse.jetty.session.ManagedSession",
                        "org.eclipse.jetty.websocket.common.WebSocketSession",
                        "io.circles.server.transport.Connection",
                        "io.circles.server.session.Session"
                    }) {
                await().untilAsserted(
                                () -> assertThat(instances(type)).as(type).isLessThan(DIALS / 10));
            }
        }
    }
}
