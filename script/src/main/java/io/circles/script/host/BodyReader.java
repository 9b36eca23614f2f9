package io.circles.script.host;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Reads one body, unpacking it, no further than the budget lets it. Whichever is bigger counts,
/// what came over the wire or what it unpacks to: either can be a few bytes for millions of the
/// other. Confined to one thread.
final class BodyReader {
    private static final int CHUNK = 8 * 1024;
    private static final Set<String> GZIP = Set.of("gzip", "x-gzip");

    private final HttpBudget budget;
    private long taken;

    BodyReader(HttpBudget budget) {
        this.budget = budget;
    }

    /// Whether the headers say that the body is gzip and nothing besides.
    static boolean isPacked(List<HttpHeader> headers) {
        List<String> codings =
                headers.stream()
                        .filter(header -> header.is("content-encoding"))
                        .map(header -> header.value().strip().toLowerCase(Locale.ROOT))
                        .toList();
        return codings.size() == 1 && GZIP.contains(codings.getFirst());
    }

    /// The whole body; an empty one is never unpacked.
    byte[] read(InputStream wire, boolean packed) throws IOException {
        var start = new PushbackInputStream(new Wire(wire));
        int first = start.read();
        if (first < 0) {
            return new byte[0];
        }
        start.unread(first);
        return readAll(packed ? new Unpacked(start) : start);
    }

    private byte[] readAll(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        var chunk = new byte[CHUNK];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            body.write(chunk, 0, count);
            take(body.size());
        }
        return body.toByteArray();
    }

    private void take(long reached) {
        if (reached > taken) {
            budget.takeBytes(reached - taken);
            taken = reached;
        }
    }

    /// Counts what comes in.
    private final class Wire extends FilterInputStream {
        private long count;

        Wire(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            counted(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            counted(Math.max(0, read));
            return read;
        }

        private void counted(int more) {
            count += more;
            take(count);
        }
    }

    /// Unpacks, and refuses a long row of empty gzip members: the platform's stream calls itself
    /// for each, until the stack is full.
    private static final class Unpacked extends GZIPInputStream {
        private static final int DEEPEST = 100;
        private int depth;

        Unpacked(InputStream in) throws IOException {
            super(in, CHUNK);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (depth == DEEPEST) {
                throw new ZipException("empty members");
            }
            depth++;
            try {
                return super.read(bytes, offset, length);
            } finally {
                depth--;
            }
        }
    }
}
