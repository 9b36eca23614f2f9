package io.circles.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final int CAPACITY = 10;

    private final RecordingWire wire = new RecordingWire();
    private final Timers timer = new Timers();
    private final AtomicInteger closings = new AtomicInteger();
    private final Outbox outbox = new Outbox(wire, CAPACITY, timer, closings::incrementAndGet);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void framesLeaveInTheOrderInWhichTheyWereSent() {
        outbox.send("a");
        outbox.send("b");
        outbox.send("c");

        assertThat(wire.frames()).containsExactly("a", "b", "c");
    }

    @Test
    void aSlowReaderIsClosedWith1013AfterWhatWasSent() {
        outbox.send("12345");
        outbox.send("67890");
        outbox.send("one too many");

        assertThat(wire.frames()).containsExactly("12345", "67890", "close 1013");
        assertThat(closings).hasValue(1);
    }

    @Test
    void theBoundIsInBytesAndNotInCharacters() {
        outbox.send("€€€€");
        outbox.send("x");

        assertThat(wire.frames()).containsExactly("€€€€", "close 1013");
    }

    @Test
    void oneByteBelowTheBoundThereIsStillRoom() {
        outbox.send("123456789");
        outbox.send("fits");
        outbox.send("does not");

        assertThat(wire.frames()).containsExactly("123456789", "fits", "close 1013");
    }

    @Test
    void aSingleLargeFrameAlwaysFitsAnEmptyOutbox() {
        String large = "x".repeat(100 * CAPACITY);
        outbox.send(large);

        assertThat(wire.frames()).containsExactly(large);
        assertThat(outbox.isClosing()).isFalse();
    }

    @Test
    void whatTheClientHasReadMakesRoomAgain() {
        outbox.send("x".repeat(CAPACITY));
        wire.read();
        outbox.send("y".repeat(CAPACITY));
        wire.read();
        outbox.send("z");

        assertThat(wire.frames()).hasSize(3).doesNotContain("close 1013");
    }

    @Test
    void nothingIsSentAfterTheClose() {
        outbox.send("before");
        outbox.close(1000, "enough");
        outbox.send("after");
        outbox.close(1012, "again");

        assertThat(wire.frames()).containsExactly("before", "close 1000");
        assertThat(closings).hasValue(1);
    }

    @Test
    void whoDoesNotAnswerTheCloseIsCutOffAfterAGrace() {
        outbox.close(1000, "enough");
        assertThat(wire.isDisconnected()).isFalse();
        assertThat(timer.lastDelayMillis()).isEqualTo(5_000);

        timer.passAll();
        assertThat(wire.isDisconnected()).isTrue();
    }

    @Test
    void manySendersNeverPutMoreThanTheBoundOnTheWire() throws InterruptedException {
        List<Thread> senders =
                Collections.nCopies(8, 0).stream()
                        .map(_ -> Thread.ofVirtual().start(() -> outbox.send("123")))
                        .toList();
        for (Thread sender : senders) {
            sender.join();
        }

        // 3, 6, 9 and 12: the fourth is the first that finds the bound reached
        assertThat(wire.frames()).containsExactly("123", "123", "123", "123", "close 1013");
    }
}
