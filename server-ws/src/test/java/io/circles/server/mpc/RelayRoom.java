package io.circles.server.mpc;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.bus.Bus;
import io.circles.server.session.TestClock;
import io.circles.server.store.RelayStore;
import io.circles.server.store.ServerStore;
import io.circles.server.transcript.Cast;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;

/// A relay with a file and without a socket, and those who take part in it.
final class RelayRoom implements AutoCloseable {
    private static final int TIMERS = 2;

    final TestClock clock = new TestClock();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(TIMERS);
    private final ServerStore store;
    private final Path file;
    final MpcRelay relay;

    /// Opens one, or opens it again.
    RelayRoom(Path folder, RelayLimits limits) {
        this.file = folder.resolve(ServerStore.FILE);
        this.store = new ServerStore(file, Cast.CIRCLE.pair().publicKey(), timer, clock);
        this.relay =
                new MpcRelay(
                        limits,
                        new RelayStore(store),
                        () -> UUID.randomUUID().toString(),
                        timer,
                        threads,
                        clock);
        relay.start();
    }

    /// The same together with the relays of other nodes.
    RelayNodes nodes(Bus bus, Predicate<PublicKey> mayTakePart, NodeLimits limits) {
        RelayNodes nodes =
                new RelayNodes(
                        relay,
                        bus,
                        Cast.CIRCLE.pair().publicKey(),
                        mayTakePart,
                        timer,
                        threads,
                        limits);
        nodes.start();
        return nodes;
    }

    /// Somebody who answers pings.
    TestParty enter(Client client) {
        return new TestParty(relay, client, true);
    }

    /// Somebody who does not, so that nothing is known to have arrived.
    TestParty enterDeaf(Client client) {
        return new TestParty(relay, client, false);
    }

    /// The file cannot be written any more.
    void breakFile() {
        store.close();
    }

    /// Nothing is written until the latch is let go.
    CountDownLatch holdWrites() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(TIMERS);
        CountDownLatch goesOn = new CountDownLatch(1);
        for (int i = 0; i < TIMERS; i++) {
            timer.execute(
                    () -> {
                        held.countDown();
                        hold(goesOn);
                    });
        }
        held.await();
        return goesOn;
    }

    private static void hold(CountDownLatch goesOn) {
        try {
            goesOn.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What waits to be written cannot be; what comes after it can.
    void loseOneWrite() throws SQLException {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.executeUpdate("UPDATE relay_meta SET written = written + 1000");
        }
    }

    @Override
    public void close() {
        relay.close();
        store.close();
        timer.shutdownNow();
        threads.shutdownNow();
    }
}
