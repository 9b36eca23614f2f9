package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.client.CircleClient;
import io.circles.protocol.CircleApi.Played;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What lasts or needs a terminal: `repl` and the sign of waiting at one that `script` of
/// util-linux makes, and `events`, against a circle behind a proxy that cuts connections.
@Timeout(180)
@Tag("waiting")
class TerminalIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration LESS_THAN_A_DIAL = Duration.ofSeconds(8);
    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";
    private static final String UP = "\u001bOA";

    @TempDir private static Path folder;
    private static LastingCircle circle;
    private static FaultyProxy proxy;

    @BeforeAll
    static void serve() throws IOException {
        circle = new LastingCircle(folder, "export const nothing = 0;");
        proxy = new FaultyProxy(circle.port());
        circle.file().putObject("workers").put("count", 0);
        circle.reachedAt(proxy.port());
        circle.start();
        SafeFiles.createPrivate(folder.resolve(".circles/key.pem"), circle.member().toPem());
        Files.createDirectories(folder.resolve(".local/state"));
    }

    @AfterAll
    static void stop() {
        circle.close();
        proxy.close();
    }

    private static String address() {
        return "ws://127.0.0.1:" + proxy.port();
    }

    private static CirclesProcess atATerminal(String command) throws IOException {
        String line =
                "stty cols 120 rows 40; unset XDG_STATE_HOME; TERM=xterm NO_COLOR=1 exec '%s' %s"
                        .formatted(CirclesProcess.SCRIPT, command);
        return CirclesProcess.startAs(
                OthersClients.program("script"), folder, "-qec", line, "/dev/null");
    }

    private static CirclesProcess repl() throws IOException {
        CirclesProcess repl = atATerminal("repl " + address());
        shows(repl, "circles> ");
        return repl;
    }

    private static void shows(CirclesProcess process, String text) {
        await().atMost(PATIENCE)
                .failFast(process::throwIfEnded)
                .untilAsserted(() -> assertThat(process.out() + process.err()).contains(text));
    }

    /// Types a line, and waits for a line that comes of it.
    private static void answers(CirclesProcess repl, String keys, String line) throws IOException {
        repl.type(keys + "\r");
        shows(repl, line);
    }

    /// Types a line, and waits until it has been running for a while.
    private static void runs(CirclesProcess repl, String script) throws IOException {
        int before = repl.out().length();
        repl.type(script + "\r");
        await().atMost(PATIENCE)
                .failFast(repl::throwIfEnded)
                .until(() -> repl.out().substring(before).contains("waiting for the circle"));
    }

    @Test
    void aPersonTypesScriptsThatRunInTheCircle() throws Exception {
        try (CirclesProcess repl = repl()) {
            shows(repl, "as " + circle.member().publicKey());
            answers(repl, "[20 + 3,\r'x'.repeat(3)]", "[23,\"xxx\"]\r");
            shows(repl, "]> "); // what the second line was asked with
            answers(repl, "state.incr\t('n', 40 + 1)", "41\r");
            shows(repl, " of a processor, ");
            answers(repl, "console.warn('care' + 'ful'); `a\r${6 * 7}`", "\"a\\n42\"\r");
            shows(repl, "[warn] careful");
            answers(repl, "{\r  null.x }", "script:2:");

            repl.type("state.\t");
            shows(repl, "increment");
            repl.type(CTRL_C);

            runs(repl, "for (;;);");
            repl.type(CTRL_C);
            shows(repl, "cancelled\r");

            proxy.cut();
            shows(repl, "no connection: ");
            answers(repl, "state.get('n') + 1000", "1041\r");
            shows(repl, "connected to the circle again");

            assertThat(repl.type(CTRL_D).exitCode()).isZero();
            assertThat(repl.out()).as("NO_COLOR is set").doesNotContainPattern("\u001b\\[[34]\\dm");
        }
        Path history = folder.resolve(".local/state/circles/history");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
                .isEqualTo("rw-------");
        try (CirclesProcess repl = repl()) {
            answers(repl, UP, "1041\r");
            assertThat(repl.type(CTRL_D).exitCode()).isZero();
        }
    }

    private static void publish(String topic) throws InterruptedException {
        try (CircleClient client = circle.connectMember()) {
            Played _ = client.play("events.publish(args, {open: true})", topic);
        }
    }

    @Test
    void eventsGoOnOverALostConnection() throws Exception {
        try (CirclesProcess events =
                CirclesProcess.start(folder, "events", address(), "door*", "--count", "3")) {
            shows(events, "listening for door*");
            publish("door.front");
            shows(events, "  door.front  {\"open\":true}\n");
            publish("window");
            proxy.cut();
            shows(events, "no connection: ");
            publish("door.back");
            shows(events, "connected to the circle again\n");
            publish("door.side");

            assertThat(events.exitCode()).as(events::err).isZero();
            assertThat(events.out())
                    .hasLineCount(3)
                    .contains("  door.back  {\"open\":true}\n")
                    .endsWith("  door.side  {\"open\":true}\n");
            assertThat(events.err()).hasLineCount(4);
        }
    }

    @Test
    void itIsSaidWhereEventsAreMissing() throws Exception {
        String hundred = "for (let i = 0; i < 100; i++) events.publish('many', i)";
        try (CircleClient client = circle.connectMember()) {
            for (int i = 0; i < 11; i++) { // of which the circle keeps a thousand events
                Played _ = client.play(hundred);
            }
        }
        try (CirclesProcess events =
                CirclesProcess.start(folder, "events", address(), "many", "--after", "1")) {
            shows(events, "many: some events are missing after 1, up to ");
            shows(events, "  many  99\n");
        }
    }

    @Test
    void eventsEndWithASignal() throws Exception {
        try (CirclesProcess events = CirclesProcess.start(folder, "events", "--json", address())) {
            shows(events, "{\"event\":\"listening\",");
            events.signal("INT");

            assertThat(events.exitCode()).as(events::err).isZero();
            assertThat(events.out()).hasLineCount(1).contains("\"topics\":[\"*\"]");
        }
    }

    /// A host that takes no connection: nobody accepts those that fill its queue.
    private static final class Unreachable implements AutoCloseable {
        private final ServerSocket server =
                new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<Socket> waiting = new ArrayList<>();

        Unreachable() throws IOException {
            while (connects()) {
                assertThat(waiting).hasSizeLessThan(100);
            }
        }

        private boolean connects() throws IOException {
            Socket socket = new Socket();
            waiting.add(socket);
            try {
                socket.connect(server.getLocalSocketAddress(), 500);
                return true;
            } catch (SocketTimeoutException e) {
                return false;
            }
        }

        String address() {
            return "ws://127.0.0.1:" + server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : waiting) {
                socket.close();
            }
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"play %s 1", "call %s f", "whoami %s"})
    void whoDialsAHostThatDoesNotAnswerEndsWithCtrlC(String command) throws Exception {
        try (Unreachable host = new Unreachable();
                CirclesProcess dialling =
                        atATerminal(command.formatted(host.address()) + " --timeout 5m")) {
            shows(dialling, "waiting for the circle");
            dialling.type(CTRL_C);

            assertThat(dialling.exitCode(LESS_THAN_A_DIAL)).as(dialling::out).isEqualTo(130);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"repl", "events", "sign-agent"})
    void soDoesWhatLastsWhereTheHostTakesTheConnectionAndSaysNothing(String command)
            throws Exception {
        try (ServerSocket host = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                CirclesProcess dialling =
                        atATerminal(command + " ws://127.0.0.1:" + host.getLocalPort());
                Socket _ = host.accept()) {
            dialling.type(CTRL_C);

            assertThat(dialling.exitCode(LESS_THAN_A_DIAL)).as(dialling::out).isEqualTo(130);
        }
    }

    @Test
    void whoWaitsLongSeesThatItGoesOn() throws Exception {
        String slow = "new Promise(done => setTimeout(() => done(20 + 3), 3000))";
        try (CirclesProcess play = atATerminal("play %s \"%s\"".formatted(address(), slow))) {
            assertThat(play.exitCode()).as(play::out).isZero();
            assertThat(play.out())
                    .contains("\r| waiting for the circle\r", "\r/ waiting for the circle\r")
                    .endsWith("\r" + " ".repeat(24) + "\r23\r\n");
        }
    }
}
