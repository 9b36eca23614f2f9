package io.circles.server.sigsocket;

import io.circles.server.store.AuditLog;
import io.circles.server.store.ServerStore;
import io.circles.server.store.SignStore;
import io.circles.server.transcript.Cast;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
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
        return of(Path.of("unused", "server.db"), LIMITS, none, none, none, InstantSource.system());
    }

    static SigSocket of(
            Path file,
            SignLimits limits,
            ScheduledExecutorService writers,
            ScheduledExecutorService timer,
            Executor threads,
            InstantSource clock) {
        ServerStore store = new ServerStore(file, Cast.CIRCLE.pair().publicKey(), writers, clock);
        return new SigSocket(
                Cast.CIRCLE.pair().publicKey(),
                limits,
                new SignStore(store, new AuditLog(store, Cast.CIRCLE.pair(), timer, threads)),
                timer,
                threads,
                clock,
                (state, took) -> {});
    }
}
