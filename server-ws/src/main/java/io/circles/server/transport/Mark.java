package io.circles.server.transport;

import java.nio.ByteBuffer;

/// What a ping is sent with, so that its pong can be told from others.
final class Mark {
    /// Of pings whose pongs are of no interest but that they came.
    static final long NONE = 0;

    private Mark() {}

    static ByteBuffer write(long mark) {
        return ByteBuffer.allocate(Long.BYTES).putLong(mark).flip();
    }

    /// The mark that a pong came with; clients may send pongs of their own with whatever they like.
    static long read(ByteBuffer payload) {
        return payload.remaining() == Long.BYTES ? payload.getLong(payload.position()) : NONE;
    }
}
