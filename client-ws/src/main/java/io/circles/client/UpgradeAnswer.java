package io.circles.client;

import io.circles.client.DialException.RefusedUpgrade;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the head of the HTTP answer to an upgrade, or that of a proxy, and no byte further.
///
/// Java-WebSocket would read the former too, but without a bound, and would keep the status to
/// itself.
final class UpgradeAnswer {
    private static final int MAX_BYTES = 16 * 1024;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int END = 0x0d0a0d0a;
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})(?: ([ -~]{0,100}).*)?");

    private static final Pattern MESSAGE_LIMIT =
            Pattern.compile("(?im)^circles-message-limit:[ \\t]*([0-9]{1,18})[ \\t]*\\r?$");

    private UpgradeAnswer() {}

    /// Blocks until the head is there.
    ///
    /// @return the whole head of an answer that agrees, up to its empty line
    /// @throws RefusedUpgrade for any other answer
    static byte[] read(InputStream in) throws IOException {
        byte[] head = head(in);
        int status = status(head);
        if (status != SWITCHING_PROTOCOLS) {
            throw refused("the upgrade was refused", head, status);
        }
        return head;
    }

    /// How many bytes of a message the circle takes, as far as it says so.
    static OptionalLong messageLimit(byte[] head) {
        Matcher limit = MESSAGE_LIMIT.matcher(new String(head, StandardCharsets.ISO_8859_1));
        return limit.find()
                ? OptionalLong.of(Long.parseLong(limit.group(1)))
                : OptionalLong.empty();
    }

    /// Reads the answer of a proxy to `CONNECT` (RFC 9110, section 9.3.6). Blocks until the head
    /// is there.
    ///
    /// @throws RefusedUpgrade for an answer that does not agree
    static void readOfProxy(InputStream in) throws IOException {
        byte[] head = head(in);
        int status = status(head);
        if (status / 100 != 2) {
            throw refused("the proxy refused", head, 0);
        }
    }

    private static byte[] head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        while (last != END) {
            int next = in.read();
            if (next == -1) {
                throw new EOFException("the server closed the connection instead of an answer");
            }
            if (head.size() == MAX_BYTES) {
                throw new RefusedUpgrade("the head of the answer is longer than " + MAX_BYTES, 0);
            }
            head.write(next);
            last = last << Byte.SIZE | next;
        }
        return head.toByteArray();
    }

    private static int status(byte[] head) throws RefusedUpgrade {
        return Integer.parseInt(statusLine(head).group(1));
    }

    private static Matcher statusLine(byte[] head) throws RefusedUpgrade {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        Matcher matcher = STATUS_LINE.matcher(text.lines().findFirst().orElse(""));
        if (!matcher.matches()) {
            throw new RefusedUpgrade("the answer is not HTTP", 0);
        }
        return matcher;
    }

    private static RefusedUpgrade refused(String what, byte[] head, int status)
            throws RefusedUpgrade {
        Matcher line = statusLine(head);
        String phrase = line.group(2) == null ? "" : line.group(2);
        return new RefusedUpgrade(
                "%s: %s %s".formatted(what, line.group(1), phrase).strip(), status);
    }
}
