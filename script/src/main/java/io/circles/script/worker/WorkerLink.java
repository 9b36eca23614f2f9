package io.circles.script.worker;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcMessage;
import io.circles.script.wire.MessageText;
import io.circles.script.wire.UnreadableMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// One end of the connection between a server and a worker: JSON-RPC 2.0, one message a line, in
/// ASCII so that even half a surrogate pair arrives as it was.
///
/// Any thread sends, under `sending`; one thread receives. A thread
/// that receives must never send: both pipes may be full, and both ends would wait for ever.
final class WorkerLink implements AutoCloseable {
    /// Bytes of a line: several times what a circle's limits allow by default.
    static final int LONGEST_LINE = 64 << 20;

    private static final int MOST_TOGETHER = 16;

    private final LineReader lines;
    private final OutputStream out;
    private final ReentrantLock sending = new ReentrantLock();

    /// What was put in and not sent. Changes under `sending`.
    private volatile int waiting;

    WorkerLink(InputStream in, OutputStream out) {
        this.lines = new LineReader(in, LONGEST_LINE);
        this.out = out;
    }

    /// A message as it is sent.
    ///
    /// @throws CircleException [ErrorCode#REQUEST_TOO_BIG] if it does not fit into a line
    static byte[] line(RpcMessage message) {
        byte[] line = terminated(MessageText.of(message));
        if (line.length > LONGEST_LINE) {
            throw CircleException.limit(
                    ErrorCode.REQUEST_TOO_BIG,
                    "too big for a worker: %d bytes of %d".formatted(line.length, LONGEST_LINE),
                    LONGEST_LINE,
                    line.length);
        }
        return line;
    }

    private static byte[] terminated(String text) {
        byte[] line = new byte[text.length() + 1];
        byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(ascii, 0, line, 0, ascii.length);
        line[ascii.length] = '\n';
        return line;
    }

    /// Blocks as long as the other end does not read.
    void send(RpcMessage message) throws IOException {
        send(line(message));
    }

    /// @param lines one or more that [#line(RpcMessage)] made
    void send(byte[] lines) throws IOException {
        sending.lock();
        try {
            out.write(lines);
            flushNow();
        } finally {
            sending.unlock();
        }
    }

    /// Sends a message with others: at the next [#flush()], or when something else is sent, or some
    /// have come together.
    ///
    /// @param line that [#line(RpcMessage)] made
    void put(byte[] line) throws IOException {
        sending.lock();
        try {
            out.write(line);
            int count = waiting + 1;
            waiting = count;
            if (count >= MOST_TOGETHER) {
                flushNow();
            }
        } finally {
            sending.unlock();
        }
    }

    /// Sends what was put in.
    void flush() throws IOException {
        if (waiting > 0) {
            sending.lock();
            try {
                flushNow();
            } finally {
                sending.unlock();
            }
        }
    }

    private void flushNow() throws IOException {
        waiting = 0;
        out.flush();
    }

    /// Waits for the next message; empty when the other end has ended.
    ///
    /// @throws UnreadableMessage if what came is no message
    Optional<RpcMessage> receive() throws IOException {
        String line = lines.next();
        return line == null ? Optional.empty() : Optional.of(MessageText.read(line));
    }

    /// Ends the other end's input.
    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException _) {
            // the other end is gone already
        }
    }
}
