package io.circles.script.worker;

import io.circles.script.wire.UnreadableMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads lines that have a greatest length. Confined to one thread.
final class LineReader {
    private static final int CHUNK = 1 << 16;

    private final InputStream in;
    private final int longest;
    private final byte[] chunk = new byte[CHUNK];
    private int from;
    private int until;

    /// @param longest bytes of a line
    LineReader(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /// The next line without its end; null when the stream has ended, a line without an end
    /// included.
    ///
    /// @throws UnreadableMessage if it is too long
    @Nullable String next() throws IOException {
        ByteArrayOutputStream before = null;
        while (true) {
            int end = newline();
            if (end >= 0) {
                String line = text(before, end);
                from = end + 1;
                return line;
            }
            if (from < until) {
                before = before == null ? new ByteArrayOutputStream() : before;
                before.write(chunk, from, until - from);
                checkLength(before.size());
            }
            if (!fill()) {
                return null;
            }
        }
    }

    private int newline() {
        for (int i = from; i < until; i++) {
            if (chunk[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private String text(@Nullable ByteArrayOutputStream before, int end) throws UnreadableMessage {
        if (before == null) {
            return new String(chunk, from, end - from, StandardCharsets.UTF_8);
        }
        before.write(chunk, from, end - from);
        checkLength(before.size());
        return before.toString(StandardCharsets.UTF_8);
    }

    private void checkLength(int length) throws UnreadableMessage {
        if (length > longest) {
            throw new UnreadableMessage("a line has more than " + longest + " bytes");
        }
    }

    private boolean fill() throws IOException {
        from = 0;
        until = 0;
        int read = in.read(chunk);
        until = Math.max(read, 0);
        return read >= 0;
    }
}
