package io.circles.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// Writes messages as JSON-RPC 2.0 demands, ids as they came.
final class RpcEncoder {
    private RpcEncoder() {}

    static String encode(RpcMessage message) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.generator(text)) {
            json.writeStartObject();
            json.writeStringField("jsonrpc", "2.0");
            switch (message) {
                case RpcMessage.Request m -> {
                    writeId(json, m.id());
                    writeCall(json, m.method(), m.params());
                }
                case RpcMessage.Notification m -> writeCall(json, m.method(), m.params());
                case RpcMessage.Success m -> {
                    writeTree(json, "result", m.result());
                    writeId(json, m.id());
                }
                case RpcMessage.Failure m -> {
                    writeError(json, m.error());
                    writeId(json, m.id());
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void writeCall(JsonGenerator json, String method, @Nullable JsonNode params)
            throws IOException {
        json.writeStringField("method", method);
        if (params != null) {
            writeTree(json, "params", params);
        }
    }

    private static void writeError(JsonGenerator json, RpcError error) throws IOException {
        json.writeObjectFieldStart("error");
        json.writeNumberField("code", error.code());
        json.writeStringField("message", error.message());
        if (error.data() != null) {
            writeTree(json, "data", error.data());
        }
        json.writeEndObject();
    }

    private static void writeId(JsonGenerator json, RpcId id) throws IOException {
        json.writeFieldName("id");
        json.writeRawValue(id.json());
    }

    private static void writeTree(JsonGenerator json, String name, JsonNode tree)
            throws IOException {
        json.writeFieldName(name);
        json.writeTree(tree);
    }
}
