package io.circles.server.sigsocket;

import io.circles.server.store.AuditLog;
import io.circles.server.store.ServerStore;
import io.circles.server.store.SignStore;
import io.circles.server.transcript.Cast;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/// Signing services for tests.
public final class SigSockets {
    /// The defaults of circles.json.
    public static final SignLimits LIMITS =
            new SignLimits(100, 1_000, 600, 65_536, Duration.ofDays(7));

    private SigSockets() {}

    /// One that nobody uses, so its file is never made.
    public static SigSocket unused() {
        ScheduledExecutorService none = new ScheduledThreadPoolExecutor(1);
        InstantSource clock = InstantSource.system();
        ServerStore store =
                new ServerStore(
                        Path.of("unused", "server.db"),
                        Cast.CIRCLE.pair().publicKey(),
                        none,
                        clock);
        return new SigSocket(
                Cast.CIRCLE.pair().publicKey(),
                LIMITS,
                new SignStore(store, new AuditLog(store, Cast.CIRCLE.pair(), none, none)),
                none,
                none,
                clock,
                (state, took) -> {});
    }
}
