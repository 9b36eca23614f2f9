package io.circles.server.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The answer of a [Route]. Nobody writes to the body's array, which is not copied; two responses
/// are equal only if they share it.
///
/// @param type the body's media type; empty when there is no body
/// @param headers besides those of the body
/// @param file what follows the body, read while it is sent
@SuppressWarnings("ArrayRecordComponent") // bodies are big and are compared by nobody
public record RouteResponse(
        int status, String type, Map<String, String> headers, byte[] body, Optional<Content> file) {
    /// How JSON is called in HTTP.
    public static final String JSON = "application/json";

    /// The first bytes of a file.
    ///
    /// @param size how many
    public record Content(Path path, long size) {
        /// Copies them in small pieces; blocks while the other end takes them.
        ///
        /// @throws IOException also when the file has become shorter
        void copy(OutputStream out) throws IOException {
            byte[] piece = new byte[PIECE];
            long left = size;
            try (InputStream in = Files.newInputStream(path)) {
                while (left > 0) {
                    int count = in.read(piece, 0, (int) Math.min(left, PIECE));
                    if (count < 0) {
                        throw new EOFException(path + " has become shorter");
                    }
                    out.write(piece, 0, count);
                    left -= count;
                }
            }
        }
    }

    private static final int PIECE = 16 << 10;
    private static final String TEXT = "text/plain;charset=utf-8";

    public RouteResponse {
        headers = Map.copyOf(headers);
    }

    /// One that has all it says in memory.
    public RouteResponse(int status, String type, Map<String, String> headers, byte[] body) {
        this(status, type, headers, body, Optional.empty());
    }

    /// What a file holds.
    ///
    /// @param size its bytes
    public static RouteResponse file(String type, Path path, long size) {
        return new RouteResponse(
                200, type, Map.of(), new byte[0], Optional.of(new Content(path, size)));
    }

    /// A JSON value.
    public static RouteResponse json(int status, JsonNode value) {
        return new RouteResponse(
                status, JSON, Map.of(), (Json.write(value) + "\n").getBytes(UTF_8));
    }

    /// What went wrong, as `{"error": text}`.
    public static RouteResponse error(int status, String text) {
        return json(status, Json.object().put("error", text));
    }

    /// A text.
    public static RouteResponse text(int status, String text) {
        return new RouteResponse(status, TEXT, Map.of(), text.getBytes(UTF_8));
    }

    /// No body.
    public static RouteResponse empty(int status) {
        return new RouteResponse(status, "", Map.of(), new byte[0]);
    }

    /// The same with one more header.
    public RouteResponse with(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new RouteResponse(status, type, more, body, file);
    }

    /// The status only: the rest may be secret.
    @Override
    public String toString() {
        return "RouteResponse[" + status + "]";
    }
}
