package io.circles.server.circle;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.circles.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// JSON Schema in the draft that OpenRPC uses, without a network.
final class Schemas {
    private static final JsonNode OPENRPC = read("openrpc.schema.json");
    private static final String JSON_SCHEMA = Json.write(read("json-schema.schema.json"));

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_7,
                    registry ->
                            registry.schemas(
                                    Map.of(
                                            "https://meta.json-schema.tools", JSON_SCHEMA,
                                            "https://meta.json-schema.tools/", JSON_SCHEMA)));

    private Schemas() {}

    private static JsonNode read(String name) {
        try (InputStream file = Schemas.class.getResourceAsStream("/openrpc/" + name)) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), UTF_8);
            // the validator does not know their dialect by its name; it is draft 7
            return ((ObjectNode) Json.parse(text)).without("$schema");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What keeps a document from being OpenRPC.
    static List<Error> notOpenRpc(JsonNode document) {
        return REGISTRY.getSchema(OPENRPC).validate(document);
    }

    /// What does not fit one of the document's schemas.
    static List<Error> misfits(JsonNode schema, JsonNode value) {
        ObjectNode whole = Json.object();
        whole.putArray("allOf").add(schema);
        whole.set("components", Discovered.document().path("components"));
        return REGISTRY.getSchema(whole).validate(value);
    }
}
