package io.circles.server.circle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import io.circles.protocol.Params;
import io.circles.protocol.RpcMessage.Notification;
import io.circles.script.Capability;
import io.circles.server.rpc.RpcMethod;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `openrpc.json` says of methods, params, results and notifications what the code does.
class OpenRpcTest {

    @Test
    void itIsValidOpenRpc() {
        assertThat(Schemas.notOpenRpc(Discovered.document())).isEmpty();
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        assertThat(Discovered.document().findParents("$ref"))
                .isNotEmpty()
                .allSatisfy(Discovered::resolved);
    }

    @Test
    void itsMethodsAreThoseThatCanBeCalled() {
        assertThat(Discovered.callable().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Discovered.registry().all().stream().map(RpcMethod::name).toList());
    }

    static Stream<RpcMethod<?>> methods() {
        return Discovered.registry().all().stream();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void theParamsOfAMethodAreThoseOfItsRecord(RpcMethod<?> method) {
        JsonNode described = Discovered.callable().get(method.name());
        assertThat(described.path("paramStructure").asText()).isEqualTo("either");
        assertParams(described, method.params().params());
    }

    private static void assertParams(JsonNode described, List<Params.Param> params) {
        List<JsonNode> all = described.path("params").valueStream().toList();
        assertThat(all.stream().map(p -> p.path("name").asText() + p.path("required").asBoolean()))
                .containsExactlyElementsOf(
                        params.stream().map(p -> p.name() + p.required()).toList());
        for (int i = 0; i < params.size(); i++) {
            Types.assertFits(params.get(i).type(), all.get(i).path("schema"));
        }
    }

    @Test
    void theResultOfAMethodIsADescribedRecord() {
        Discovered.callable()
                .forEach(
                        (name, method) ->
                                assertThat(method.at("/result/schema").has("$ref"))
                                        .as(name)
                                        .isEqualTo(!"rpc.discover".equals(name)));
    }

    static Stream<Class<?>> objects() {
        return Discovered.document()
                .at("/components/schemas")
                .propertyStream()
                .filter(schema -> "object".equals(schema.getValue().path("type").asText()))
                .map(schema -> Types.named(schema.getKey()));
    }

    @ParameterizedTest
    @MethodSource("objects")
    void anObjectHasTheMembersOfTheRecordOfItsName(Class<?> record) {
        Types.assertMembers(record, Discovered.component("schemas", record.getSimpleName()));
    }

    @Test
    void theCapabilitiesAreThoseThatThereAre() {
        JsonNode words =
                Discovered.component("schemas", "Whoami").at("/properties/capabilities/items/enum");
        assertThat(words.valueStream().map(JsonNode::asText))
                .containsExactlyElementsOf(
                        Arrays.stream(Capability.values()).map(Capability::word).toList());
    }

    @Test
    @SuppressWarnings("unchecked")
    void itsNotificationsAreThoseThatTheServerSends() throws Exception {
        Map<String, JsonNode> described = Discovered.notifications();
        List<Class<?>> events = kinds(CircleApi.Event.class).toList();
        assertThat(described).hasSameSizeAs(events);
        for (Class<?> each : events) {
            Class<? extends Record> type = (Class<? extends Record>) each;
            Notification sent = ((CircleApi.Event) any(type)).notification();
            assertThat(described).containsKey(sent.method());
            JsonNode event = described.get(sent.method());
            assertThat(event.path("paramStructure").asText()).isEqualTo("by-name");
            assertParams(event, Params.of(type).params());
        }
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(OpenRpcTest::kinds)
                : Stream.of(type);
    }

    private static <R extends Record> R any(Class<R> type) throws Exception {
        return Json.value(anyJson(type), type);
    }

    private static JsonNode anyJson(Class<?> type) {
        if (type.isRecord()) {
            ObjectNode params = Json.object();
            Params.of(type.asSubclass(Record.class))
                    .params()
                    .forEach(param -> params.set(param.name(), anyJson(param.type())));
            return params;
        }
        if (type == List.class) {
            return Json.array();
        }
        return type == boolean.class ? Json.tree(false) : Json.tree(type == String.class ? "" : 0);
    }
}
