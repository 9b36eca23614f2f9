package io.circles.server.transport;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// One client's connection: its mailbox, its outbox, and what handles its frames. Thread-safe.
public final class Connection {
    /// The mailbox takes this many of the largest frames before a client that sends on is closed.
    private static final int FRAMES_WAITING = 4;

    /// Small frames deserve a mailbox of this many bytes however small the largest may be.
    private static final long LEAST_MAILBOX = 1 << 20;

    private final ConnectionLimits limits;
    private final Mailbox mailbox;
    private final Outbox outbox;
    private final ScheduledExecutorService timer;
    private final FrameHandler handler;

    /// @param threads on which the mailbox and the handler run
    /// @param timer only starts what [#later] asks for
    /// @param handler made for this connection
    public Connection(
            Wire wire,
            ConnectionLimits limits,
            Executor threads,
            ScheduledExecutorService timer,
            Function<Connection, FrameHandler> handler) {
        this.limits = limits;
        this.mailbox =
                new Mailbox(threads, Math.max(FRAMES_WAITING * limits.message(), LEAST_MAILBOX));
        this.outbox = new Outbox(wire, limits.outbox(), timer);
        this.timer = timer;
        this.handler = handler.apply(this);
    }

    /// Takes a text frame from the network; returns at once.
    public void receive(String frame) {
        long bytes = Utf8.length(frame);
        boolean taken =
                bytes > limits.message()
                        ? mailbox.offer(() -> handler.tooBig(bytes, limits.message()), 0)
                        : mailbox.offer(() -> handler.text(frame), bytes);
        refuseUnless(taken);
    }

    /// Takes a binary frame from the network; returns at once.
    public void receiveBinary() {
        refuseUnless(mailbox.offer(handler::binary, 0));
    }

    private void refuseUnless(boolean taken) {
        if (!taken) {
            outbox.close(CloseCode.TRY_AGAIN_LATER, "sends faster than its requests are answered");
        }
    }

    /// Sends a text frame. Waits for nothing; a slow reader is disconnected.
    public void send(String frame) {
        outbox.send(frame);
    }

    /// Closes the connection after what was sent before.
    public void close(int code, String reason) {
        outbox.close(code, reason);
    }

    /// Runs a task on the mailbox.
    public void execute(Runnable task) {
        mailbox.add(task);
    }

    /// Runs a task on the mailbox after some time.
    public ScheduledFuture<?> later(Runnable task, long millis) {
        return timer.schedule(() -> mailbox.add(task), millis, TimeUnit.MILLISECONDS);
    }

    /// What handles its frames.
    FrameHandler handler() {
        return handler;
    }

    /// The network says that it is gone.
    void closed() {
        mailbox.add(handler::closed);
    }
}
