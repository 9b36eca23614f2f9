package io.circles.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One WebSocket connection over one socket, from the upgrade to its end. It connects once;
/// afterwards a new one is needed.
///
/// Concurrency: one virtual thread reads from the start to the end and runs `onText`, which must
/// not block; it alone parts from the other end and closes the socket properly, whoever asked for
/// it. A second virtual thread writes while there is something to write; what waits for it is
/// bounded in bytes. Everyone else only adds to that queue, or aborts the socket, which ends both
/// threads.
final class WebSocketLink {
    /// How long a close may take.
    static final Duration CLOSE_GRACE = Duration.ofSeconds(2);

    private static final long MAX_WAITING_BYTES = 4L << 20;
    private static final int FRAME_OVERHEAD = 128;
    private static final int BUFFER_BYTES = 8 * 1024;

    private final Dialed socket;
    private final InputStream in;
    private final OutputStream out;
    private final WebSocketCodec codec;
    private final Pulse pulse;
    private final SerialQueue<ByteBuffer> outgoing;
    private final Consumer<LinkEnd> onEnd;
    private final CompletableFuture<@Nullable Void> opened = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile long mostBytes = Long.MAX_VALUE;

    /// A link over a socket that is connected. Nothing happens before [#open].
    ///
    /// @param onText gets every text message
    /// @param onEnd called by any thread as soon as it is known how the link ends; when that
    ///     happens in two ways at once, for both
    WebSocketLink(
            Dialed socket,
            TransportSettings settings,
            Consumer<String> onText,
            Consumer<LinkEnd> onEnd)
            throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.stream().getInputStream(), BUFFER_BYTES);
        this.out = socket.stream().getOutputStream();
        this.outgoing = new SerialQueue<>("circle writer", MAX_WAITING_BYTES, this::write);
        int maxBytes = (int) settings.maxMessageBytes();
        this.codec = new WebSocketCodec(maxBytes, this::enqueue, onText, onEnd);
        this.pulse = new Pulse(settings.keepAlive(), codec::ping);
        this.onEnd = onEnd;
    }

    /// Upgrades. Blocks until that is done, and can be interrupted. When it throws, the socket is
    /// closed.
    ///
    /// @param headers of the request, besides those of the upgrade
    /// @throws ExecutionException holds why it failed
    void open(Endpoint endpoint, Map<String, String> headers, Deadline deadline)
            throws InterruptedException, ExecutionException, TimeoutException {
        codec.upgrade(endpoint, headers);
        Thread.ofVirtual().name("circle " + endpoint.origin()).start(this::run);
        try {
            opened.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException | TimeoutException e) {
            socket.abort();
            throw e;
        }
    }

    /// How many bytes of a message the other end takes, as it has said; it need not have.
    long mostBytes() {
        return mostBytes;
    }

    /// Sends a text message; blocks while too much waits to be sent.
    ///
    /// @return false when it could not be sent before the deadline, or the link has ended
    boolean send(String text, Deadline deadline) throws InterruptedException {
        ByteBuffer frame = codec.text(text);
        return outgoing.put(frame, weight(frame), deadline);
    }

    /// Sends a text message if that needs no waiting.
    void offer(String text) {
        ByteBuffer frame = codec.text(text);
        outgoing.offer(frame, weight(frame));
    }

    /// When the reading thread does what else is to be done.
    Pulse pulse() {
        return pulse;
    }

    /// Ends the connection at once, without the other end's consent.
    void abort(String reason, @Nullable Throwable cause) {
        broken(reason, cause);
        socket.abort();
    }

    /// Begins to close; does not block. What waits to be sent is sent before.
    void startClose(int code, String reason) {
        codec.close(code, reason);
        outgoing.finish();
    }

    /// Closes and waits until it is done, at most [#CLOSE_GRACE]; then, or when the thread is
    /// interrupted, closes without the other end's consent.
    void close() {
        startClose(LinkEnd.NORMAL, "");
        try {
            if (!ended.await(CLOSE_GRACE.toNanos(), TimeUnit.NANOSECONDS)) {
                socket.abort();
            }
        } catch (InterruptedException e) {
            socket.abort();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            byte[] answer = UpgradeAnswer.read(in);
            codec.upgraded(answer);
            mostBytes = UpgradeAnswer.messageLimit(answer).orElse(Long.MAX_VALUE);
            opened.complete(null);
            readToEnd();
        } catch (IOException | RuntimeException | Error e) {
            // an Error too: the engine's assertions are about what the other end sends
            opened.completeExceptionally(e);
            broken(
                    String.valueOf(e.getMessage()),
                    e instanceof IOException ? e : new IOException(e));
        }
        outgoing.discard();
        socket.abort();
        ended.countDown();
    }

    private void readToEnd() throws IOException {
        byte[] bytes = new byte[BUFFER_BYTES];
        int length = 0;
        while (codec.isOpen() && (length = read(bytes)) != -1) {
            codec.received(bytes, length);
        }
        LinkEnd end = codec.end();
        if (end == null) {
            broken("it ended without a close", null);
        } else {
            part(end, length == -1);
        }
    }

    private int read(byte[] bytes) throws IOException {
        while (true) {
            socket.stream().setSoTimeout(pulse.millis());
            try {
                int length = in.read(bytes);
                pulse.heard();
                return length;
            } catch (SocketTimeoutException e) {
                pulse.silence();
            }
        }
    }

    private void broken(String reason, @Nullable Throwable cause) {
        if (codec.end() == null) {
            onEnd.accept(LinkEnd.broken(reason, cause));
        }
    }

    /// Lets the close frame out, and lets the other end be the one that closes the socket, as the
    /// standard wants it (RFC 6455, section 7.1.1).
    private void part(LinkEnd end, boolean endOfStream) {
        Deadline deadline = Deadline.after(CLOSE_GRACE);
        try {
            outgoing.finish();
            boolean written = outgoing.awaitEmpty(CLOSE_GRACE);
            byte[] ignored = new byte[BUFFER_BYTES];
            boolean over = endOfStream || end.byPeer() || !written;
            while (!over && !deadline.passed()) {
                socket.stream().setSoTimeout(deadline.remainingMillis());
                over = in.read(ignored) == -1;
            }
            if (written) {
                socket.close();
            }
        } catch (IOException e) {
            // gone or too slow: the end of it all the same
            socket.abort();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    /// What the codec itself writes: the upgrade, pongs, the close. An end that reads none of it
    /// goes without.
    private void enqueue(ByteBuffer frame) {
        outgoing.offer(frame, weight(frame));
    }

    private static long weight(ByteBuffer frame) {
        return (long) frame.remaining() + FRAME_OVERHEAD;
    }

    private void write(ByteBuffer frame) {
        try {
            out.write(frame.array(), frame.arrayOffset() + frame.position(), frame.remaining());
            out.flush();
        } catch (IOException e) {
            outgoing.discard();
            socket.abort();
        }
    }
}
