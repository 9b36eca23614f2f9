package io.circles.server.mpc;

import io.circles.script.bus.Bus;
import io.circles.server.store.RelayStore;
import io.circles.server.store.ServerStore;
import io.circles.server.transcript.Cast;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/// Relays for tests.
public final class Relays {
    /// The defaults of circles.json.
    public static final RelayLimits LIMITS =
            new RelayLimits(
                    1_000,
                    100,
                    100,
                    100,
                    1 << 20,
                    65_536,
                    4 << 20,
                    256 << 20,
                    2 << 20,
                    6_000,
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(10),
                    Duration.ofDays(1));

    private Relays() {}

    /// One that nobody uses, so its file is never made.
    public static MpcRelay unused() {
        return unused(new ScheduledThreadPoolExecutor(1));
    }

    private static MpcRelay unused(ScheduledExecutorService none) {
        InstantSource clock = InstantSource.system();
        ServerStore store =
                new ServerStore(
                        Path.of("unused", "server.db"),
                        Cast.CIRCLE.pair().publicKey(),
                        none,
                        clock);
        return new MpcRelay(
                LIMITS,
                new RelayStore(store),
                () -> UUID.randomUUID().toString(),
                none,
                none,
                clock);
    }

    /// One that nobody uses, and that knows no other.
    public static RelayNodes unusedNodes() {
        ScheduledExecutorService none = new ScheduledThreadPoolExecutor(1);
        RelayNodes nodes =
                new RelayNodes(
                        unused(none),
                        Bus.alone(),
                        Cast.CIRCLE.pair().publicKey(),
                        _ -> true,
                        none,
                        none);
        nodes.start();
        return nodes;
    }
}
