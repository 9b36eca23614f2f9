package io.circles.server.socket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.server.transcript.Conversation;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// A TCP connection on which a test sends what it likes: any request, any frame, or nothing, not
/// even pongs. Not thread-safe, but one thread may read while another writes.
public final class RawSocket implements Conversation {
    private static final int PATIENCE_MS = Math.toIntExact(PATIENCE.toMillis());
    private static final int LONGEST_HEAD = 14;

    /// So little that a client that does not read is soon felt at the other end.
    private static final int SMALL_BUFFER = 4_096;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;

    private RawSocket(InetSocketAddress address) throws IOException {
        socket.setReceiveBufferSize(SMALL_BUFFER);
        socket.setSoTimeout(PATIENCE_MS);
        socket.setTcpNoDelay(true);
        socket.connect(address);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
    }

    /// Opens a WebSocket.
    public static RawSocket dial(URI url) {
        return tryToDial(url).orElseThrow(() -> new AssertionError("refused: " + url));
    }

    /// Opens a WebSocket, if it is not refused.
    public static Optional<RawSocket> tryToDial(URI url) {
        try {
            RawSocket raw = new RawSocket(new InetSocketAddress(url.getHost(), url.getPort()));
            String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
            HttpAnswer answer = raw.ask(upgrade(url.getRawPath() + query, url.getRawAuthority()));
            if (answer.status() != 101) {
                raw.close();
                return Optional.empty();
            }
            return Optional.of(raw);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Asks for a WebSocket and says what was answered.
    ///
    /// @param path as it stands in the request
    /// @param headers lines besides those that every upgrade has
    public static HttpAnswer knock(
            InetSocketAddress address, String path, String host, String... headers) {
        return request(address, upgrade(path, host, headers));
    }

    /// Sends any HTTP request and says what was answered.
    public static HttpAnswer request(InetSocketAddress address, String request) {
        try (RawSocket raw = new RawSocket(address)) {
            return raw.ask(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String upgrade(String path, String host, String... headers) {
        StringBuilder request =
                new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n")
                        .append("Upgrade: websocket\r\nConnection: Upgrade\r\n")
                        .append("Sec-WebSocket-Version: 13\r\n")
                        .append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    private HttpAnswer ask(String request) throws IOException {
        out.write(request.getBytes(ISO_8859_1));
        return HttpAnswer.read(in, !request.startsWith("HEAD "));
    }

    @Override
    public void send(String text) {
        send(Frame.TEXT, true, text.getBytes(UTF_8));
    }

    /// Sends a frame.
    ///
    /// @throws UncheckedIOException when the other end takes no more
    public void send(int opcode, boolean last, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + LONGEST_HEAD);
        frame.put((byte) ((last ? 0x80 : 0) | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        // a masking key of zeros leaves the payload as it is
        frame.putInt(0).put(payload);
        write(Arrays.copyOf(frame.array(), frame.position()));
    }

    /// Sends a short text frame without a mask, which the protocol forbids.
    public void sendUnmasked(String text) {
        byte[] payload = text.getBytes(UTF_8);
        write(new byte[] {(byte) (0x80 | Frame.TEXT), (byte) payload.length});
        write(payload);
    }

    private void write(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next frame, or [Frame#END]. Waits 20 seconds at most.
    public Frame next() {
        try {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            byte[] payload = new byte[length];
            in.readFully(payload);
            return new Frame(first & 0x0f, (first & 0x80) != 0, ByteBuffer.wrap(payload));
        } catch (EOFException | SocketException e) {
            return Frame.none();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next text, `close CODE`, or `end`. Pings are not answered.
    @Override
    public String receive() {
        Frame frame = next();
        return switch (frame.opcode()) {
            case Frame.PING, Frame.PONG -> receive();
            case Frame.CLOSE -> "close " + frame.closeCode();
            case Frame.END -> "end";
            default -> frame.text();
        };
    }

    /// Ends the connection without a word.
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
