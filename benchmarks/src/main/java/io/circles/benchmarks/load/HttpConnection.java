package io.circles.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A connection that is kept for one HTTP request after the other. For one thread; does not block.
final class HttpConnection implements AutoCloseable {
    private static final Pattern HEAD =
            Pattern.compile(
                    "HTTP/1\\.1 (\\d{3}).*\r\nContent-Length: (\\d{1,9})(\r\n.*|)",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final URI url;
    private final LoadConnection connection;
    private Optional<Head> head = Optional.empty();

    private HttpConnection(URI url, LoadConnection connection) {
        this.url = url;
        this.connection = connection;
    }

    private record Head(int status, int length) {}

    /// What a request is answered with.
    record Response(int status, String body) {}

    /// @throws IOException when there is no connection to be had
    static HttpConnection open(URI url) throws IOException {
        return new HttpConnection(url, LoadConnection.open(url));
    }

    SocketChannel channel() {
        return connection.channel();
    }

    /// Sends JSON.
    void post(String path, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String request =
                "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(path, url.getAuthority(), body.length, json);
        connection.send(request.getBytes(StandardCharsets.UTF_8));
    }

    /// Reads once.
    ///
    /// @return the answer when it is there whole
    /// @throws IOException at the end of the stream, and for an answer that does not say its length
    Optional<Response> read() throws IOException {
        connection.read();
        if (head.isEmpty()) {
            Optional<String> text = connection.takeHead();
            head = text.isEmpty() ? Optional.empty() : Optional.of(head(text.get()));
        }
        if (head.isEmpty()) {
            return Optional.empty();
        }
        Head of = head.get();
        Optional<String> body = connection.takeText(of.length);
        if (body.isPresent()) {
            head = Optional.empty();
        }
        return body.map(text -> new Response(of.status, text));
    }

    private static Head head(String text) throws IOException {
        Matcher matcher = HEAD.matcher(text);
        if (!matcher.matches()) {
            throw new IOException("an HTTP answer without a length: " + text);
        }
        return new Head(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
