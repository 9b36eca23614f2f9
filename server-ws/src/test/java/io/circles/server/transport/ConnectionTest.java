package io.circles.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private static final int MESSAGE = 1_000;
    private static final ConnectionLimits LIMITS =
            new ConnectionLimits(MESSAGE, 100, Duration.ofSeconds(20), Duration.ofSeconds(60));

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Timers timer = new Timers();
    private final RecordingWire wire = new RecordingWire();
    private final RecordingHandler handler = new RecordingHandler();
    private final Connection connection =
            new Connection(wire, LIMITS, threads, timer, _ -> handler);

    @AfterEach
    void stop() {
        timer.shutdownNow();
        threads.shutdownNow();
    }

    private void awaitTold(String... told) {
        await().untilAsserted(() -> assertThat(handler.told()).containsExactly(told));
    }

    @Test
    void framesReachTheHandlerInTheirOrder() {
        connection.receive("a");
        connection.receiveBinary();
        connection.receive("b");

        awaitTold("a", "binary", "b");
    }

    @Test
    void aFrameOfExactlyTheLimitPassesAndOneByteMoreDoesNot() {
        String most = "x".repeat(MESSAGE);
        connection.receive(most);
        connection.receive(most + "x");
        connection.receive("é".repeat(MESSAGE / 2) + "x");

        awaitTold(most, "too big: 1001 of 1000", "too big: 1001 of 1000");
    }

    @Test
    void whoSendsFasterThanItIsAnsweredIsClosedAndTheRestIsDropped() {
        handler.blocked = new CountDownLatch(1);
        connection.receive("first");
        awaitTold("first");

        String frame = "x".repeat(MESSAGE);
        for (int i = 0; i < 2_000; i++) {
            connection.receive(frame);
        }
        assertThat(wire.frames()).containsExactly("close 1013");

        handler.blocked.countDown();
        awaitTold("first", "closed");
    }

    @Test
    void nothingIsHandledOnceTheServerCloses() {
        handler.blocked = new CountDownLatch(1);
        connection.receive("first");
        connection.receive("second");
        awaitTold("first");
        connection.close(CloseCode.POLICY_VIOLATION, "enough");
        handler.blocked.countDown();
        connection.receive("third");

        awaitTold("first", "closed");
        assertThat(wire.frames()).containsExactly("close 1008");
    }

    @Test
    void aSlowReaderIsNotHandledAnyMore() {
        connection.send("x".repeat(100));
        connection.send("one too many");
        awaitTold("closed");

        connection.receive("late");
        CountDownLatch after = new CountDownLatch(1);
        connection.execute(after::countDown);
        await().until(() -> after.getCount() == 0);

        assertThat(handler.told()).containsExactly("closed");
    }

    @Test
    void whatCameBeforeTheConnectionWasLostIsHandledAndTheEndIsToldOnce() {
        connection.receive("last words");
        connection.closed();
        connection.closed();
        awaitTold("last words", "closed");
        connection.close(CloseCode.SERVICE_RESTART, "too late");
        CountDownLatch after = new CountDownLatch(1);
        connection.execute(after::countDown);
        await().until(() -> after.getCount() == 0);

        assertThat(handler.told()).containsExactly("last words", "closed");
    }

    @Test
    void whatIsToRunLaterRunsOnTheMailbox() {
        handler.blocked = new CountDownLatch(1);
        connection.receive("first");
        awaitTold("first");
        var _ = connection.later(handler::binary, 50);
        assertThat(timer.lastDelayMillis()).isEqualTo(50);
        timer.passAll();
        assertThat(handler.told()).containsExactly("first");
        handler.blocked.countDown();

        awaitTold("first", "binary");
    }
}
