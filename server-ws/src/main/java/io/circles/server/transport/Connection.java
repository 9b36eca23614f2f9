package io.circles.server.transport;

import io.circles.protocol.Utf8;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// One client's connection: its mailbox, its outbox, and what handles its frames. Thread-safe.
public final class Connection {
    /// The mailbox takes less than this many of the largest frames before a client that sends on
    /// is closed.
    private static final int FRAMES_WAITING = 4;

    /// Small frames deserve a mailbox of this many bytes however small the largest may be.
    private static final long LEAST_MAILBOX = 1 << 20;

    private final Wire wire;
    private final ConnectionLimits limits;
    private final Mailbox mailbox;
    private final Outbox outbox;
    private final ScheduledExecutorService timer;
    private final FrameHandler handler;
    private final CountDownLatch gone = new CountDownLatch(1);

    /// Confined to the mailbox.
    private boolean ended;

    /// @param threads on which the mailbox and the handler run
    /// @param timer only starts what [#later] asks for
    /// @param handler made for this connection
    public Connection(
            Wire wire,
            ConnectionLimits limits,
            Executor threads,
            ScheduledExecutorService timer,
            Function<Connection, FrameHandler> handler) {
        this.wire = wire;
        this.limits = limits;
        this.mailbox =
                new Mailbox(threads, Math.max(FRAMES_WAITING * limits.message(), LEAST_MAILBOX));
        this.outbox = new Outbox(wire, limits.outbox(), timer, this::endLater);
        this.timer = timer;
        this.handler = handler.apply(this);
    }

    /// Takes a text frame from the network; returns at once.
    public void receive(String frame) {
        long bytes = Utf8.length(frame);
        if (bytes > limits.message()) {
            take(() -> handler.tooBig(bytes, limits.message()), 0);
        } else {
            take(() -> handler.text(frame), bytes);
        }
    }

    /// Takes a binary frame from the network; returns at once.
    public void receiveBinary() {
        take(handler::binary, 0);
    }

    /// Takes a pong from the network; returns at once.
    void receivePong(ByteBuffer payload) {
        long mark = Mark.read(payload);
        if (mark != Mark.NONE) {
            take(() -> handler.pong(mark), 0);
        }
    }

    private void take(Runnable frame, long bytes) {
        if (!mailbox.offer(() -> unlessClosing(frame), bytes)) {
            outbox.close(CloseCode.TRY_AGAIN_LATER, "sends faster than its requests are answered");
        }
    }

    private void unlessClosing(Runnable frame) {
        if (!outbox.isClosing()) {
            frame.run();
        }
    }

    /// Sends a text frame. Waits for nothing; a slow reader is disconnected.
    public void send(String frame) {
        outbox.send(frame);
    }

    /// Sends a text frame. Waits for nothing; a slow reader is disconnected.
    ///
    /// @param left run when the frame has left or can no longer leave, by a thread of the network:
    ///     must not block
    public void send(String frame, Runnable left) {
        outbox.send(frame, left);
    }

    /// Sends a ping, which may overtake frames that have not left. Its pong comes to
    /// [FrameHandler#pong].
    ///
    /// @param mark any number but 0
    public void ping(long mark) {
        wire.ping(mark);
    }

    /// Closes the connection after what was sent before. Frames that have not been handled yet are
    /// dropped, and what runs for it is cancelled.
    public void close(int code, String reason) {
        outbox.close(code, reason);
    }

    /// Runs a task on the mailbox.
    public void execute(Runnable task) {
        mailbox.add(task);
    }

    /// Runs work beside the mailbox, on a thread of its own. Cheapest from a task of the mailbox.
    public void beside(Runnable work) {
        mailbox.beside(work);
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
        gone.countDown();
        endLater();
    }

    /// Waits until the network says that it is gone.
    ///
    /// @param deadlineNanos a value of [System#nanoTime()]; past that it returns anyway
    void awaitGone(long deadlineNanos) throws InterruptedException {
        var _ = gone.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void endLater() {
        mailbox.add(this::end);
    }

    private void end() {
        if (!ended) {
            ended = true;
            handler.closed();
        }
    }
}
