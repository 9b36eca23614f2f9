package io.circles.server.transport;

import io.circles.protocol.Utf8;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one connection is still to be sent, bounded in bytes. A reader who is so slow that the
/// bound is reached is closed with 1013, and cut off if it does not take even that.
///
/// The bound is checked before a frame is added, so one large frame always fits an empty outbox.
/// Frames leave in the order in which [#send] was called. Thread-safe; nothing here waits. The lock
/// guards the count and the order.
public final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final long CLOSE_GRACE_SECONDS = 5;

    private final Wire wire;
    private final long capacity;
    private final ScheduledExecutorService timer;
    private final Runnable onClosing;

    private final Object lock = new Object();
    private long waiting;
    private boolean closing;

    /// @param onClosing run once, when the connection begins to close
    Outbox(Wire wire, long capacity, ScheduledExecutorService timer, Runnable onClosing) {
        this.wire = wire;
        this.capacity = capacity;
        this.timer = timer;
        this.onClosing = onClosing;
    }

    /// Sends a text frame; drops it when the connection is closing.
    public void send(String text) {
        send(text, () -> {});
    }

    /// Sends a text frame; drops it when the connection is closing.
    ///
    /// @param left run when the frame has left or can no longer leave, by a thread of the network
    void send(String text, Runnable left) {
        long bytes = Utf8.length(text);
        synchronized (lock) {
            if (closing) {
                return;
            }
            if (waiting < capacity) {
                waiting += bytes;
                wire.send(
                        text,
                        () -> {
                            sent(bytes);
                            left.run();
                        });
                return;
            }
        }
        LOG.atInfo().addKeyValue("waiting_bytes", capacity).log("closing a slow reader");
        close(CloseCode.TRY_AGAIN_LATER, "reads too slowly");
    }

    /// Closes the connection once everything before it was sent, or after a short grace all the
    /// same.
    ///
    /// @param reason at most 123 bytes
    public void close(int code, String reason) {
        synchronized (lock) {
            if (closing) {
                return;
            }
            closing = true;
            wire.close(code, reason);
        }
        onClosing.run();
        var _ = timer.schedule(wire::disconnect, CLOSE_GRACE_SECONDS, TimeUnit.SECONDS);
    }

    /// Whether nothing is sent any more.
    boolean isClosing() {
        synchronized (lock) {
            return closing;
        }
    }

    private void sent(long bytes) {
        synchronized (lock) {
            waiting -= bytes;
        }
    }
}
