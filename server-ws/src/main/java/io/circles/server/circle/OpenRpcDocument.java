package io.circles.server.circle;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/// The machine-readable contract: `openrpc.json` of the project's root, which the build puts beside
/// the classes.
final class OpenRpcDocument {
    /// One for all circles of the process.
    private static final JsonNode DOCUMENT = read();

    private OpenRpcDocument() {}

    /// The OpenRPC document; not to be changed.
    static JsonNode document() {
        return DOCUMENT;
    }

    private static JsonNode read() {
        try (InputStream file =
                Objects.requireNonNull(
                        OpenRpcDocument.class.getResourceAsStream("/openrpc.json"))) {
            return Json.parse(new String(file.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
