package io.circles.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private static final ConnectionLimits LIMITS =
            new ConnectionLimits(1_000, 1_000, Duration.ofSeconds(20), Duration.ofSeconds(60));
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Timers timer = new Timers();
    private final Connections connections = new Connections(2);
    private final RecordingWire wire = new RecordingWire();
    private final RecordingHandler handler = new RecordingHandler();
    private final Connection connection = connection(wire, handler);

    @AfterEach
    void stop() {
        timer.shutdownNow();
        threads.shutdownNow();
    }

    private Connection connection(RecordingWire wire, RecordingHandler handler) {
        return new Connection(wire, LIMITS, threads, timer, _ -> handler);
    }

    private CompletableFuture<Void> drain(Duration patience) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        connections.drain(patience);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                threads);
    }

    private Connection another() {
        return connection(new RecordingWire(), new RecordingHandler());
    }

    @Test
    void thereAreSoManyAndNoMore() {
        assertThat(connections.add(connection)).isTrue();
        assertThat(connections.hasRoom()).isTrue();
        assertThat(connections.add(another())).isTrue();
        assertThat(connections.hasRoom()).isFalse();
        assertThat(connections.add(another())).isFalse();
        assertThat(connections.size()).isEqualTo(2);
    }

    @Test
    void oneThatIsGoneMakesRoomOnceOnly() {
        connections.add(connection);
        connections.add(another());
        connections.remove(connection);
        connections.remove(connection);

        assertThat(connections.size()).isEqualTo(1);
        assertThat(connections.add(another())).isTrue();
        assertThat(connections.add(another())).isFalse();
    }

    @Test
    void manyAtOnceNeverTakeMoreThanThereIsRoomFor() {
        List<CompletableFuture<Boolean>> all =
                IntStream.range(0, 20)
                        .mapToObj(
                                _ ->
                                        CompletableFuture.supplyAsync(
                                                () -> connections.add(another()), threads))
                        .toList();

        assertThat(all.stream().filter(CompletableFuture::join)).hasSize(2);
    }

    @Test
    void drainingTellsLetsFinishAndCloses() {
        connections.add(connection);
        CompletableFuture<Void> drained = drain(LONG);
        await().untilAsserted(() -> assertThat(handler.told()).containsExactly("drain 20000"));
        assertThat(connections.hasRoom()).isFalse();
        assertThat(connections.add(another())).isFalse();
        assertThat(wire.frames()).isEmpty();

        handler.idle.countDown();
        await().untilAsserted(() -> assertThat(wire.frames()).containsExactly("close 1012"));
        connection.closed();
        assertThat(drained).succeedsWithin(LONG);
        await().untilAsserted(
                        () ->
                                assertThat(handler.told())
                                        .containsExactly("drain 20000", "cancel all", "closed"));
    }

    @Test
    void framesThatCameBeforeTheDrainAreHandledBeforeTheClose() {
        handler.blocked = new CountDownLatch(1);
        handler.idle.countDown();
        connections.add(connection);
        connection.receive("first");
        connection.receive("second");
        var _ = drain(LONG);
        await().until(() -> !connections.hasRoom());
        assertThat(wire.frames()).isEmpty();
        handler.blocked.countDown();

        await().untilAsserted(() -> assertThat(wire.frames()).containsExactly("close 1012"));
        await().untilAsserted(
                        () ->
                                assertThat(handler.told())
                                        .containsExactly(
                                                "first",
                                                "second",
                                                "drain 20000",
                                                "cancel all",
                                                "closed"));
    }

    @Test
    void whatDoesNotFinishIsClosedAtTheDeadline() {
        connections.add(connection);
        CompletableFuture<Void> drained = drain(Duration.ofMillis(50));

        assertThat(drained).succeedsWithin(LONG);
        assertThat(wire.frames()).containsExactly("close 1012");
    }
}
