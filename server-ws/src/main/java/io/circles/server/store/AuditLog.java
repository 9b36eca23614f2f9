package io.circles.server.store;

import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.KeyPair;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the end of the audit signed by the circle's key: an hour after something was added, and
/// when it is closed. A circle in which nothing happens needs no timer. Thread-safe.
public final class AuditLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    static final Duration SIGNED_EVERY = Duration.ofHours(1);

    private final ServerStore store;
    private final KeyPair circle;
    private final ScheduledExecutorService timer;
    private final Executor threads;
    private final AtomicBoolean due = new AtomicBoolean();
    private volatile boolean closed;

    /// @param circle signs
    /// @param timer only starts the signing
    /// @param threads on which it is done
    public AuditLog(
            ServerStore store, KeyPair circle, ScheduledExecutorService timer, Executor threads) {
        this.store = store;
        this.circle = circle;
        this.timer = timer;
        this.threads = threads;
    }

    /// Something was added: in an hour the end is to be signed. Waits for nothing.
    void added() {
        if (due.compareAndSet(false, true)) {
            try {
                var _ =
                        timer.schedule(
                                () -> threads.execute(this::signInTime),
                                SIGNED_EVERY.toSeconds(),
                                TimeUnit.SECONDS);
            } catch (RejectedExecutionException e) {
                LOG.atDebug()
                        .addKeyValue("circle", circle.publicKey())
                        .log("its end is signed when it is closed");
            }
        }
    }

    private void signInTime() {
        due.set(false);
        if (!closed) {
            sign();
        }
    }

    private void sign() {
        try {
            store.write(this::signEnd);
        } catch (CircleException | IllegalStateException e) {
            LOG.atError()
                    .addKeyValue("circle", circle.publicKey())
                    .setCause(e)
                    .log("the end of the audit was not signed");
            added();
        }
    }

    private boolean signEnd(Tables tables, Instant now) throws SQLException {
        AuditTable audit = tables.audit();
        long signed = audit.lastHead().map(AuditHead::number).orElse(0L);
        if (audit.number() > signed) {
            audit.addHead(AuditHead.sign(circle, audit.number(), audit.hash(), now));
        }
        return audit.number() > signed;
    }

    /// Signs the end, if it is not signed yet. Blocks while it is written.
    @Override
    public void close() {
        boolean open = !closed;
        closed = true;
        if (open && store.isThere()) {
            sign();
        }
    }
}
