package io.circles.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.server.socket.Frame;
import io.circles.server.socket.RawSocket;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.LogIn;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Frames of every kind and size.
class FramesIT {
    private static final int MESSAGE = 200_000;
    private static final String WHOAMI = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"whoami\"}";

    private static CircleHost host;
    private static CircleServer circle;
    private RawSocket socket;

    @BeforeAll
    static void start() throws IOException {
        host = CircleHost.start(new StubScripts());
        circle = host.mount(TestCircles.limited(Limit.MESSAGE, MESSAGE));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @BeforeEach
    void dial() {
        socket = RawSocket.dial(circle.url());
    }

    @AfterEach
    void hangUp() {
        socket.close();
    }

    private void expectAnswers() {
        socket.send(WHOAMI);
        assertThat(socket.receive()).contains("\"authenticated\":false", "\"id\":1");
    }

    private void expectError(int code) {
        assertThat(socket.receive()).contains("\"code\":" + code, "\"id\":null");
    }

    private void expectClose(int code) {
        assertThat(socket.receive()).isEqualTo("close " + code);
    }

    /// A request of exactly so many bytes, nearly all of them letters of that size.
    private static String request(int bytes, String letter) {
        String frame = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"whoami\",\"extra\":\"\"}";
        int left = bytes - frame.length();
        int width = letter.getBytes(UTF_8).length;
        String text = letter.repeat(left / width) + "x".repeat(left % width);
        return frame.replace("\"\"", "\"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "€", "😀"})
    void aFrameOfExactlyTheLimitIsReadWhateverItsLetters(String letter) {
        socket.send(request(MESSAGE, letter));

        assertThat(socket.receive()).contains("\"authenticated\":false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "€", "😀"})
    void aFramePastTheLimitIsAnsweredAndTheConnectionStays(String letter) {
        socket.send(request(MESSAGE + 1, letter));
        expectError(-32007);
        socket.send(request(2 * MESSAGE, letter));
        expectError(-32007);

        expectAnswers();
    }

    @Test
    void aFramePastTwiceTheLimitClosesWith1009() {
        socket.send(request(2 * MESSAGE + 1, "x"));

        expectClose(1009);
    }

    @Test
    void fragmentsPastTwiceTheLimitCloseWith1009Too() {
        byte[] part = "x".repeat(MESSAGE).getBytes(UTF_8);
        socket.send(Frame.TEXT, false, part);
        socket.send(Frame.CONTINUATION, false, part);
        socket.send(Frame.CONTINUATION, true, part);

        expectClose(1009);
    }

    @Test
    void aBinaryFrameIsAnsweredAndTheConnectionStays() {
        socket.send(Frame.BINARY, true, WHOAMI.getBytes(UTF_8));
        expectError(-32600);
        socket.send(Frame.BINARY, true, new byte[0]);
        expectError(-32600);

        expectAnswers();
    }

    @Test
    void textThatIsNotUtf8ClosesWith1007() {
        socket.send(Frame.TEXT, true, new byte[] {'"', (byte) 0xc3, '(', '"'});

        expectClose(1007);
    }

    @Test
    void anUnmaskedFrameClosesWith1002() {
        socket.sendUnmasked(WHOAMI);

        expectClose(1002);
    }

    @Test
    void fragmentsAreOneFrameHoweverTheyAreCut() {
        byte[] frame = request(400, "é").getBytes(UTF_8);
        for (int i = 0; i < frame.length; i++) {
            int opcode = i == 0 ? Frame.TEXT : Frame.CONTINUATION;
            socket.send(opcode, i == frame.length - 1, new byte[] {frame[i]});
        }

        assertThat(socket.receive()).contains("\"authenticated\":false");
    }

    @Test
    void aPingBetweenFragmentsIsAnsweredAtOnce() {
        byte[] frame = WHOAMI.getBytes(UTF_8);
        socket.send(Frame.TEXT, false, frame);
        socket.send(Frame.PING, true, "hello".getBytes(UTF_8));
        Frame pong = socket.next();
        assertThat(pong.opcode()).isEqualTo(Frame.PONG);
        assertThat(pong.text()).isEqualTo("hello");
        socket.send(Frame.CONTINUATION, true, new byte[0]);

        assertThat(socket.receive()).contains("\"authenticated\":false");
    }

    @Test
    void answersOfMoreThan65536CharactersArrive() throws InterruptedException {
        try (SocketConversation talk = new SocketConversation(circle.url())) {
            LogIn.as(Cast.ALICE, talk);
            String script = "x".repeat(70_000);
            talk.send(
                    """
                    {"jsonrpc":"2.0","id":1,"method":"play","params":["%s"]}"""
                            .formatted(script));

            assertThat(talk.receive()).contains("\"output\":\"" + script + "\"");
        }
    }

    @Test
    void aCloseIsAnsweredAndTheCircleForgetsTheConnection() {
        await().until(() -> circle.connections() == 1);
        socket.send(Frame.CLOSE, true, new byte[] {0x03, (byte) 0xe8});

        expectClose(1000);
        assertThat(socket.receive()).isEqualTo("end");
        await().until(() -> circle.connections() == 0);
    }

    @Test
    void aConnectionThatJustEndsIsForgottenToo() {
        await().until(() -> circle.connections() == 1);
        socket.close();

        await().until(() -> circle.connections() == 0);
    }
}
