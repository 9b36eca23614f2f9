package io.circles.script.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The lines of an archive: JSON in ASCII, so that no encoding on the way changes them. The
/// rows are counted and all lines are hashed; the last line says what both came to.
final class ArchiveLines {
    /// No row is longer: the limits of a state are far below.
    static final int LONGEST = 128 << 20;

    private static final char LAST_OF_ASCII = 0x7e;

    private final Map<String, Long> rows = new TreeMap<>();
    private final MessageDigest hash = sha256();

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Writes a line.
    void write(JsonNode line, Consumer<String> out) {
        String text = ascii(Json.write(line));
        note(line, text);
        out.accept(text);
    }

    /// Reads a line; null at the end.
    ///
    /// @throws StateException if it is none
    @Nullable JsonNode read(Reader in) throws IOException {
        String text = line(in);
        if (text == null) {
            return null;
        }
        try {
            JsonNode line = Json.parse(text);
            if (!line.has("sha256")) {
                note(line, text);
            }
            return line;
        } catch (JsonProcessingException e) {
            throw new StateException("is no archive of a state: a line is not JSON", e);
        }
    }

    private static @Nullable String line(Reader in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        while (next >= 0 && next != '\n') {
            if (line.length() == LONGEST) {
                throw new StateException("is no archive of a state: a line is too long");
            }
            line.append((char) next);
            next = in.read();
        }
        if (next < 0 && !line.isEmpty()) {
            throw new StateException("is cut: its last line has no end");
        }
        return next < 0 ? null : line.toString();
    }

    private void note(JsonNode line, String text) {
        if (line.isArray()) {
            rows.merge(line.path(0).asText(), 1L, Long::sum);
        }
        hash.update(text.getBytes(StandardCharsets.UTF_8));
        hash.update((byte) '\n');
    }

    /// The last line, after which there is none.
    JsonNode trailer() {
        ObjectNode trailer = Json.object();
        trailer.set("rows", Json.tree(rows));
        return trailer.put("sha256", HexFormat.of().formatHex(hash.digest()));
    }

    /// How many rows there were.
    long count() {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String ascii(String text) {
        StringBuilder ascii = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > LAST_OF_ASCII) {
                ascii.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                ascii.append(c);
            }
        }
        return ascii.toString();
    }
}
