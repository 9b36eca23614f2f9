package io.circles.script.worker;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcFrame;
import io.circles.protocol.RpcMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// One end of the connection between a server and a worker: JSON-RPC 2.0, one message a line, in
/// ASCII so that even half a surrogate pair arrives as it was.
///
/// Any thread sends, under `sending`, and each message is flushed; one thread receives. A thread
/// that receives must never send: both pipes may be full, and both ends would wait for ever.
final class WorkerLink implements AutoCloseable {
    /// Bytes of a line: several times what a circle's limits allow by default.
    static final int LONGEST_LINE = 64 << 20;

    private static final HexFormat HEX = HexFormat.of();
    private static final int ASCII_END = 0x80;

    private final LineReader lines;
    private final OutputStream out;
    private final ReentrantLock sending = new ReentrantLock();

    WorkerLink(InputStream in, OutputStream out) {
        this.lines = new LineReader(in, LONGEST_LINE);
        this.out = out;
    }

    /// A message as it is sent.
    ///
    /// @throws CircleException [ErrorCode#REQUEST_TOO_BIG] if it does not fit into a line
    static byte[] line(RpcMessage message) {
        byte[] line = ascii(message.encode());
        if (line.length > LONGEST_LINE) {
            throw CircleException.limit(
                    ErrorCode.REQUEST_TOO_BIG,
                    "too big for a worker: %d bytes of %d".formatted(line.length, LONGEST_LINE),
                    LONGEST_LINE,
                    line.length);
        }
        return line;
    }

    /// In JSON other characters stand inside of strings only, where they can be escaped.
    private static byte[] ascii(String json) {
        String text = isAscii(json) ? json : escape(json);
        byte[] line = new byte[text.length() + 1];
        byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(ascii, 0, line, 0, ascii.length);
        line[ascii.length] = '\n';
        return line;
    }

    private static boolean isAscii(String json) {
        for (int i = 0; i < json.length(); i++) {
            if (json.charAt(i) >= ASCII_END) {
                return false;
            }
        }
        return true;
    }

    private static String escape(String json) {
        StringBuilder escaped = new StringBuilder(json.length() + (json.length() >> 1));
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < ASCII_END) {
                escaped.append(c);
            } else {
                escaped.append("\\u").append(HEX.toHexDigits(c));
            }
        }
        return escaped.toString();
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
            out.flush();
        } finally {
            sending.unlock();
        }
    }

    /// Waits for the next message; empty when the other end has ended.
    ///
    /// @throws UnreadableLine if what came is no message
    Optional<RpcMessage> receive() throws IOException {
        String line = lines.next();
        return line == null ? Optional.empty() : Optional.of(message(line));
    }

    private static RpcMessage message(String line) throws UnreadableLine {
        RpcFrame frame;
        try {
            frame = RpcFrame.parse(line, 1);
        } catch (CircleException e) {
            throw new UnreadableLine(e.error().message(), e);
        }
        return switch (frame.items().getFirst()) {
            case RpcMessage message -> message;
            case RpcFrame.Malformed malformed ->
                    throw new UnreadableLine(malformed.problem().error().message());
        };
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
