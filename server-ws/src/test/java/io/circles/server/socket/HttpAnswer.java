package io.circles.server.socket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An HTTP answer.
///
/// @param headers by their names, whatever their case
/// @param body as long as its head says; empty if it does not, or there is to be none
public record HttpAnswer(int status, Map<String, String> headers, String body) {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) .*");

    /// @param withBody false for the answer of `HEAD`
    static HttpAnswer read(InputStream in, boolean withBody) throws IOException {
        List<String> lines = head(in).lines().toList();
        Matcher status = STATUS.matcher(lines.getFirst());
        if (!status.matches()) {
            throw new IOException("not HTTP: " + lines.getFirst());
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : lines.subList(1, lines.size() - 1)) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        int length = withBody ? Integer.parseInt(headers.getOrDefault("Content-Length", "0")) : 0;
        String body = new String(in.readNBytes(length), UTF_8);
        return new HttpAnswer(Integer.parseInt(status.group(1)), headers, body);
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        String text = "";
        while (!text.endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next == -1) {
                throw new EOFException("the connection ended after: " + text);
            }
            head.write(next);
            text = head.toString(ISO_8859_1);
        }
        return text;
    }
}
