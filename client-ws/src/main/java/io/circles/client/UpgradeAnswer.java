package io.circles.client;

import io.circles.client.DialException.RefusedUpgrade;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the head of the HTTP answer to an upgrade, and no byte further.
///
/// Java-WebSocket would read it too, but without a bound, and would keep the status to itself.
final class UpgradeAnswer {
    private static final int MAX_BYTES = 16 * 1024;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int END = 0x0d0a0d0a;
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})(?: ([ -~]{0,100}).*)?");

    private UpgradeAnswer() {}

    /// Blocks until the head is there.
    ///
    /// @return the whole head of an answer that agrees, up to its empty line
    /// @throws RefusedUpgrade for any other answer
    static byte[] read(InputStream in) throws IOException {
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
        checkStatus(head.toString(StandardCharsets.ISO_8859_1).lines().findFirst().orElse(""));
        return head.toByteArray();
    }

    private static void checkStatus(String line) throws RefusedUpgrade {
        Matcher matcher = STATUS_LINE.matcher(line);
        if (!matcher.matches()) {
            throw new RefusedUpgrade("the answer is not HTTP", 0);
        }
        int status = Integer.parseInt(matcher.group(1));
        if (status != SWITCHING_PROTOCOLS) {
            String phrase = matcher.group(2) == null ? "" : matcher.group(2);
            throw new RefusedUpgrade(
                    ("the upgrade was refused: " + status + " " + phrase).strip(), status);
        }
    }
}
