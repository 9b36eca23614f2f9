package io.circles.benchmarks.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// WebSocket frames (RFC 6455) of a client, made once and sent many times.
///
/// The mask is zero, which is a mask like any other to a server, so a payload is copied as it is.
final class TextFrame {
    static final int TEXT = 0x1;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int MAX_HEADER = 14;

    private TextFrame() {}

    static byte[] of(String text) {
        return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] of(int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(MAX_HEADER + payload.length);
        frame.put((byte) (FINAL | opcode));
        if (payload.length < 126) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length <= 0xFFFF) {
            frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        frame.putInt(0).put(payload);
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }
}
