package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.RpcMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.java_websocket.WebSocket;
import org.java_websocket.enums.Opcode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConnectionEndIT {
    private FakeCircle fake;
    private CircleClient client;

    @BeforeEach
    void start() throws InterruptedException {
        fake = FakeCircle.open();
        client =
                CircleClient.builder(fake.uri()).maxMessageBytes(10_000).neverReconnect().connect();
    }

    @AfterEach
    void stop() {
        client.close();
        fake.close();
    }

    private ConnectionLostException lost(BiConsumer<WebSocket, RpcMessage.Request> behaviour) {
        fake.on("play", behaviour);
        return catchThrowableOfType(ConnectionLostException.class, () -> client.play("1"));
    }

    @Test
    void aCloseByTheCircleEndsWhatIsInFlightWithItsCodeAndReason() {
        assertThat(lost((ws, request) -> ws.close(1012, "restarting")))
                .returns(1012, ConnectionLostException::closeCode)
                .hasMessage("the circle closed the connection (1012): restarting");
    }

    @Test
    void aConnectionThatBreaksEndsWhatIsInFlight() {
        assertThat(lost((ws, request) -> ws.closeConnection(1006, "cut")))
                .returns(1006, ConnectionLostException::closeCode)
                .hasMessageStartingWith("the connection broke");
    }

    @Test
    void aMessageThatIsTooBigEndsTheConnection() throws Exception {
        String big = " ".repeat(10_001);

        assertThat(lost((ws, request) -> ws.send(big)))
                .returns(1009, ConnectionLostException::closeCode)
                .hasMessageContaining("more than 10000 bytes");
        assertThat(fake.lostItsClient()).isTrue();
    }

    @Test
    void aMessageThatIsTooBigInPiecesEndsTheConnectionToo() {
        var piece = ByteBuffer.wrap(new byte[6_000]);

        assertThat(
                        lost(
                                (ws, request) -> {
                                    ws.sendFragmentedFrame(Opcode.TEXT, piece.duplicate(), false);
                                    ws.sendFragmentedFrame(Opcode.TEXT, piece.duplicate(), true);
                                }))
                .returns(1009, ConnectionLostException::closeCode);
    }

    @Test
    void aBinaryMessageEndsTheConnection() {
        assertThat(lost((ws, request) -> ws.send(new byte[] {1, 2, 3})))
                .returns(1003, ConnectionLostException::closeCode)
                .hasMessageContaining("text frames only");
    }

    @Test
    void aMessageInPiecesIsOneMessage() throws Exception {
        fake.on(
                "play",
                (ws, request) -> {
                    var played = FakeCircle.played("whole", null);
                    byte[] text =
                            new RpcMessage.Success(request.id(), played)
                                    .encode()
                                    .getBytes(StandardCharsets.UTF_8);
                    var bytes = ByteBuffer.wrap(text);
                    ws.sendFragmentedFrame(Opcode.TEXT, bytes.slice(0, 20), false);
                    ws.sendFragmentedFrame(Opcode.TEXT, bytes.slice(20, text.length - 20), true);
                });

        assertThat(client.play("1").output()).isEqualTo("whole");
    }

    @Test
    void afterTheEndEveryRequestFailsAtOnceInTheSameWay() {
        lost((ws, request) -> ws.close(1013, "slow"));

        assertThatThrownBy(() -> client.play("2"))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("1013");
        assertThatThrownBy(client::whoami).isInstanceOf(ConnectionLostException.class);
    }

    @Test
    void allThatIsInFlightEndsWithTheConnection() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> calls =
                    IntStream.range(0, 50)
                            .mapToObj(
                                    i ->
                                            threads.submit(
                                                    () ->
                                                            client.request(
                                                                    "never", null, JsonNode.class)))
                            .toList();
            Awaitility.await().until(() -> fake.requests().size() == 50);
            client.close();

            for (Future<JsonNode> call : calls) {
                ExecutionException e = catchThrowableOfType(ExecutionException.class, call::get);
                assertThat(e).hasCauseInstanceOf(ConnectionLostException.class);
            }
        }
    }

    @Test
    void closingIsProperAndMayBeRepeated() throws Exception {
        client.close();
        client.close();

        assertThat(fake.lostItsClient()).isTrue();
        assertThat(catchThrowableOfType(ConnectionLostException.class, () -> client.play("1")))
                .returns(1000, ConnectionLostException::closeCode)
                .hasMessage("the connection is closed (1000)");
    }

    @Test
    void anInterruptCutsTheClosingShortAndStaysSet() {
        Thread.currentThread().interrupt();
        client.close();

        assertThat(Thread.interrupted()).isTrue();
    }
}
