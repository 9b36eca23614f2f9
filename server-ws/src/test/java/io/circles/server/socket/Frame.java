package io.circles.server.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/// One frame that came (RFC 6455, section 5.2).
///
/// @param opcode what kind it is; [#END] when the connection ended instead
public record Frame(int opcode, boolean last, ByteBuffer payload) {
    /// A part of a message that is not its first.
    public static final int CONTINUATION = 0;

    /// Text.
    public static final int TEXT = 1;

    /// Bytes.
    public static final int BINARY = 2;

    /// The last frame that either side sends.
    public static final int CLOSE = 8;

    /// Asks for a [#PONG].
    public static final int PING = 9;

    /// The answer to a [#PING].
    public static final int PONG = 10;

    /// Not a frame: the connection is gone.
    public static final int END = -1;

    /// Nothing has come.
    public static Frame none() {
        return new Frame(END, true, ByteBuffer.allocate(0));
    }

    /// How many bytes its payload has.
    public int size() {
        return payload.remaining();
    }

    /// Its payload as text.
    public String text() {
        return UTF_8.decode(payload.duplicate()).toString();
    }

    /// The code of a close frame.
    public int closeCode() {
        return size() < 2 ? 1005 : payload.duplicate().getShort();
    }
}
