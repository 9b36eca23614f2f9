package io.circles.benchmarks.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// One connection: sends what is prepared and finds the answers in what comes back. On a WebSocket
/// these are text frames, and pings are answered; otherwise they are HTTP.
///
/// For one thread; the channel does not block. All is written whole: what the socket does not
/// take at once is tried again at once, since requests are smaller than any socket's buffer.
final class LoadConnection implements AutoCloseable {
    private final SocketChannel channel;
    private byte[] in = new byte[4096];
    private int from;
    private int to;

    private LoadConnection(SocketChannel channel) {
        this.channel = channel;
    }

    static LoadConnection open(URI url) throws IOException {
        SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(url.getHost(), url.getPort()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        return new LoadConnection(channel);
    }

    SocketChannel channel() {
        return channel;
    }

    void send(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    /// A part of [LoadConnection#bytes] that holds the payload of a text frame, valid until the
    /// next read.
    record Payload(int from, int to) {}

    byte[] bytes() {
        return in;
    }

    String text(Payload payload) {
        return new String(in, payload.from, payload.to - payload.from, StandardCharsets.UTF_8);
    }

    /// Reads once, and no more than there is room for.
    ///
    /// @throws EOFException at the end of the stream
    void read() throws IOException {
        makeRoom();
        int read = channel.read(ByteBuffer.wrap(in, to, in.length - to));
        if (read < 0) {
            throw new EOFException("the server has closed the connection");
        }
        to += read;
    }

    private void makeRoom() {
        if (from > 0) {
            System.arraycopy(in, from, in, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to == in.length) {
            in = Arrays.copyOf(in, in.length * 2);
        }
    }

    /// Takes the head of an HTTP answer if it is there whole.
    Optional<String> takeHead() {
        String text = new String(in, from, to - from, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return Optional.empty();
        }
        from += end + 4;
        return Optional.of(text.substring(0, end));
    }

    /// Takes the next so many bytes if they are there, as text.
    Optional<String> takeText(int length) {
        if (to - from < length) {
            return Optional.empty();
        }
        from += length;
        return Optional.of(text(new Payload(from - length, from)));
    }

    /// Takes the next text frame if it is there whole. Pings are answered, pongs passed over.
    ///
    /// @throws EOFException when the server closes
    /// @throws IOException for frames in pieces, which neither server sends
    Optional<Payload> takeText() throws IOException {
        while (true) {
            int start = payloadStart();
            if (start < 0 || start + payloadLength() > to) {
                return Optional.empty();
            }
            int opcode = in[from] & 0x7F;
            Payload payload = new Payload(start, start + payloadLength());
            boolean whole = in[from] < 0;
            from = payload.to;
            if (opcode == TextFrame.TEXT && whole) {
                return Optional.of(payload);
            }
            control(opcode, payload);
        }
    }

    private void control(int opcode, Payload payload) throws IOException {
        switch (opcode) {
            case TextFrame.PING ->
                    send(
                            TextFrame.of(
                                    TextFrame.PONG,
                                    Arrays.copyOfRange(in, payload.from, payload.to)));
            case TextFrame.PONG -> {}
            case TextFrame.CLOSE -> throw new EOFException("closed: " + reason(payload));
            default -> throw new IOException("an unexpected frame, opcode " + opcode);
        }
    }

    private String reason(Payload payload) {
        if (payload.to - payload.from < 2) {
            return "no reason";
        }
        int code = ByteBuffer.wrap(in).getShort(payload.from) & 0xFFFF;
        return code + " " + text(new Payload(payload.from + 2, payload.to));
    }

    /// Where the payload of the first frame begins; -1 if that is not known yet.
    private int payloadStart() {
        if (to - from < 2) {
            return -1;
        }
        int start =
                from
                        + switch (in[from + 1] & 0x7F) {
                            case 126 -> 4;
                            case 127 -> 10;
                            default -> 2;
                        };
        return start > to ? -1 : start;
    }

    private int payloadLength() {
        int length = in[from + 1] & 0x7F;
        ByteBuffer buffer = ByteBuffer.wrap(in);
        return switch (length) {
            case 126 -> buffer.getShort(from + 2) & 0xFFFF;
            case 127 -> Math.toIntExact(buffer.getLong(from + 2));
            default -> length;
        };
    }

    /// Cuts the connection off.
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
