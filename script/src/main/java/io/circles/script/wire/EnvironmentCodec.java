package io.circles.script.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.CircleModule;
import io.circles.script.ScriptEnvironment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// An environment as JSON; its secrets only with the functions that may use them.
public final class EnvironmentCodec {
    private EnvironmentCodec() {}

    /// The environment: a new object.
    public static ObjectNode encode(ScriptEnvironment environment) {
        ObjectNode params = Json.object();
        params.put("circle", environment.circle().hex());
        params.put("name", environment.name());
        environment.module().ifPresent(module -> params.set("module", module(module)));
        params.set("handlers", Fields.array(environment.handlers()));
        environment.state().ifPresent(state -> params.put("state", state));
        params.set("http_allow", Fields.array(environment.httpAllow()));
        boolean mayUseSecrets = environment.module().isPresent();
        params.set("secrets", texts(mayUseSecrets ? environment.secrets() : Map.of()));
        return params;
    }

    private static ObjectNode module(CircleModule module) {
        ObjectNode node = Json.object();
        node.put("main", module.main());
        node.put("hash", module.hash());
        node.set("files", texts(module.files()));
        return node;
    }

    private static ObjectNode texts(Map<String, String> texts) {
        ObjectNode node = Json.object();
        texts.forEach(node::put);
        return node;
    }

    /// The environment.
    ///
    /// @throws UnreadableMessage if it is none
    public static ScriptEnvironment decode(Fields params) throws UnreadableMessage {
        try {
            return new ScriptEnvironment(
                    PublicKey.parse(params.text("circle")),
                    params.text("name"),
                    params.has("module")
                            ? Optional.of(module(params.inner("module")))
                            : Optional.empty(),
                    Set.copyOf(params.texts("handlers")),
                    params.optionalText("state"),
                    params.texts("http_allow"),
                    texts(params.inner("secrets")));
        } catch (IllegalArgumentException e) {
            throw new UnreadableMessage("an environment that cannot be", e);
        }
    }

    private static CircleModule module(Fields module) throws UnreadableMessage {
        return new CircleModule(
                module.text("main"),
                new TreeMap<>(texts(module.inner("files"))),
                module.text("hash"));
    }

    private static Map<String, String> texts(Fields object) throws UnreadableMessage {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : object.node().properties()) {
            texts.put(member.getKey(), object.text(member.getKey()));
        }
        return texts;
    }
}
