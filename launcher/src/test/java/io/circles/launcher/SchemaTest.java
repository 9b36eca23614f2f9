package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.circles.protocol.Json;
import io.circles.script.Capability;
import io.circles.server.CircleConfig;
import io.circles.server.Limit;
import io.circles.server.session.Access;
import io.circles.server.session.Rank;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// `circles.schema.json` accepts what the reader accepts, and says the same about ranges and words.
@Execution(ExecutionMode.CONCURRENT)
class SchemaTest {
    private static final String META = "https://json-schema.org/draft/2020-12/schema";
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final JsonNode DOCUMENT = document();
    private static final JsonNode DEFINITIONS = DOCUMENT.path("$defs");
    private static final Schema SCHEMA = REGISTRY.getSchema(DOCUMENT);

    /// What the reader says that no schema can: about other files, the environment, points of the
    /// curve, what two places have in common, and the size that `"64k"` means.
    private static final Pattern BEYOND_A_SCHEMA =
            Pattern.compile(
                    ".*(no such file|is no folder|would publish|is not a file|is empty there|is no address|holds no PEM|is not set|is the name of"
                            + " another|is taken by|is the same key|is the same secret as|member already|not on it|bytes"
                            + " \\(compressed\\).* not 64|to \\d+ bytes|has 32 bytes or more).*");

    /// A file with every field that has an effect.
    private static final String FULL =
            """
            {"$schema": "circles.schema.json", "data": "d", "port": 9000, "defaults": {"limits": {"memory": "64m", "runs": 4}},
             "workers": {"count": 1, "threads": 2, "heap": "64m", "spares": 0, "warm_plays": 9, "compiled": true}, "admin": {"port": 9090},
             "state": {"url": "jdbc:postgresql://db/circles?ssl=true", "user": "u", "password": "env:P"},
             "redis": {"url": "redis://127.0.0.1:6379/0", "key": "env:KEY", "user": "u", "password": "file:p", "ca": "ca.pem", "prefix": "c:",
               "node": "n-1"},
             "circles": [{"name": "a", "host": "127.0.0.1", "port": 9001, "origins": ["wss://shop.example.com"],
               "web_origins": ["https://www.example.com"],
               "owners": ["02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"],
               "members": [{"key": "02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9", "roles": ["staff"]}],
               "access": {"anonymous": [], "authenticated": ["play"], "member": ["read"], "owner": ["admin"]},
               "limits": {"memory": "64m", "message": 2048, "cpu_ms": 1000, "log_lines": 0}, "key": "file:none.pem",
               "script": "none.js", "http": {"allow": ["api.example.com", "[::1]:8443"]}, "secrets": {"a": "env:A", "b_.-9": "file:b"},
               "mpc": {"legacy": true, "grace_ms": 1000, "static": "none"}, "webhooks": {
                 "stripe": {"scheme": "stripe", "secrets": ["env:S", "file:s"], "routes": {"invoice.*": "onInvoice"}, "order_by": "/data/object/id",
                   "tolerance_ms": 1000},
                 "idenfy": {"secrets": ["env:I"]}, "standard": {"secrets": []},
                 "hub": {"scheme": "hmac", "header": "X-Hub-Signature-256", "prefix": "sha256=", "encoding": "hex", "digest": "sha512", "id": "/id",
                   "type": "/type"},
                 "chat": {"scheme": "hmac", "header": "X-Sign", "timestamp_header": "X-Time", "signed": "v0:{timestamp}:{body}", "tolerance_ms": 60000}},
               "sigsocket": {"legacy": ["02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"], "format": "json",
                 "tokens": ["env:TOKEN", "file:token"], "open": true}},
              {"name": "b", "script_path": "none.js"}]}
            """;

    /// Values that stand in place of every value of [#FULL] in turn.
    private static final String PROBES =
            """
            [null, true, -1, 0, 1, 7, 65535, 65536, 1.5, 99999999999999999999, "", " ", "text", "A b", "64k", "64x", "1",
             "0.0.0.0", "::", "::1", "[::1]", "localhost", "127.0.0.1:9001", "a-1", "a_1", "file:a.pem", "env:A", "file:",
             "ws://a", "WSS://a:1", "ws://a/", "wss://u@a", "https://a", "https://A", "https://a/", "*", "play", "owner",
             "02", "0x02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
             "Anm+Zn753LusVaBilc6HCwcCm/zbLc4o2VnygVsW+BeY",
             "04c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5", [], ["play"], ["text"], [7], {}, {"name": "c"},
             {"memory": 0}, [{"name": "c"}], {"limits": {}}, {"roles": []}, {"member": ["write"]}, {"members": []},
             "64m", "65g", "*", "*.a:1", "a:65535", "a:65536", "a:0", "a:", "a:b", "[::1]", "[::1]:1", "[1.2]", "1.2.3.4", "1.2.3.256",
             {"allow": ["a"]}, {"allow": "a"}, {"alow": []}, {"a": "text"}, {"a b": "env:A"}, {"": "env:A"}, {"count": 257},
             {"script": "a.js"}, {"port": 1}, false, "json", "plain", ["env:A"],
             "stripe", "hmac", "standard", "base64", "onStart", "on Invoice", "$", "/", "/a/b", "{timestamp}{body}", "{body}", "{timestamp}{timestamp}{body}",
             "{body}{timestamp}{body}", 86400001, {"a": "onA"}, {"": "onA"}, {"a": "onStart"}, {"x": {}}, {"x": {"scheme": "idenfy"}}, {"X": {}},
             {"scheme": "idenfy", "tolerance_ms": 1000}, {"scheme": "standard", "tolerance_ms": 1000}, {"scheme": "hmac", "header": "X"},
             {"scheme": "hmac", "header": "X", "tolerance_ms": 1000}, {"scheme": "hmac", "header": "X", "signed": "{timestamp}{body}"},
             {"scheme": "hmac"}, "jdbc:postgresql://a/b", "jdbc:postgresql://a/b?x=y&user=z", "jdbc:postgresql://u:p@a/b", "jdbc:mysql://a/b",
             {"url": "jdbc:postgresql://a/b"},
             "redis://a", "rediss://[::1]:1/", "redis://u:p@a", "redis://a:0", "redis://a/1000", "http://a", {"url": "redis://a"}, "a:"]
            """;

    @TempDir private Path folder;

    private static JsonNode document() {
        return parse(Page.content(Page.ROOT.resolve("circles.schema.json")));
    }

    private static JsonNode parse(String text) {
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    /// What the reader finds wrong, but for what a schema cannot know.
    private List<String> problems(JsonNode json) {
        try {
            Path file = Files.createTempFile(folder, "circles", ".json");
            Files.writeString(file, Json.write(json));
            try {
                CirclesFile.read(file, Optional.empty(), Map.of());
            } finally {
                Files.delete(file);
            }
            return List.of();
        } catch (LauncherException e) {
            return String.valueOf(e.getMessage())
                    .lines()
                    .filter(line -> !BEYOND_A_SCHEMA.matcher(line).matches())
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void assertSame(JsonNode json) {
        List<String> bySchema = SCHEMA.validate(json).stream().map(Object::toString).toList();
        List<String> byReader = problems(json);
        assertThat(bySchema.isEmpty())
                .as("%s%nreader: %s%nschema: %s", Json.write(json), byReader, bySchema)
                .isEqualTo(byReader.isEmpty());
    }

    @Test
    void itIsASchema() {
        Schema meta = REGISTRY.getSchema(SchemaLocation.of(META));

        assertThat(DOCUMENT.path("$schema").asText()).isEqualTo(META);
        assertThat(meta.validate(DOCUMENT)).isEmpty();
    }

    @Test
    void ofGoodFilesAllIsGood() {
        assertThat(problems(parse(FULL))).isEmpty();
        assertSame(parse(FULL));
        assertSame(parse(Page.content(Page.ROOT.resolve("circles.json"))));
    }

    @TestFactory
    Stream<DynamicTest> ofEveryFileOfTheReadersTestTheSameIsSaid() {
        Path files = Path.of("src", "test", "resources", "circles-files.txt");
        return Pattern.compile("(?m)^## ")
                .splitAsStream(Page.content(files))
                .skip(1)
                .map(file -> file.split("\n", 2))
                .map(file -> Map.entry(file[0], file[1].replaceAll("(?m)^=> .*\n", "")))
                .filter(file -> isJson(file.getValue()))
                .map(file -> dynamicTest(file.getKey(), () -> assertSame(parse(file.getValue()))));
    }

    private static boolean isJson(String text) {
        try {
            return !Json.parse(text).isMissingNode();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    @TestFactory
    Stream<DynamicTest> anythingInAnyPlaceIsJudgedAlike() {
        return places(parse(FULL), JsonPointer.empty()).stream()
                .map(place -> dynamicTest(place.toString(), () -> probe(place)));
    }

    private void probe(JsonPointer place) {
        for (JsonNode value : parse(PROBES)) {
            JsonNode file = parse(FULL);
            JsonNode parent = file.at(place.head());
            switch (parent) {
                case ObjectNode object -> object.set(place.last().getMatchingProperty(), value);
                case ArrayNode array -> array.set(place.last().getMatchingIndex(), value);
                default -> throw new AssertionError(place.toString());
            }
            assertSame(file);
        }
    }

    private static List<JsonPointer> places(JsonNode node, JsonPointer at) {
        List<JsonPointer> places = new ArrayList<>();
        node.properties().forEach(f -> add(places, f.getValue(), at.appendProperty(f.getKey())));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            add(places, node.get(i), at.appendIndex(i));
        }
        return places;
    }

    private static void add(List<JsonPointer> places, JsonNode node, JsonPointer at) {
        places.add(at);
        places.addAll(places(node, at));
    }

    @TestFactory
    Stream<DynamicTest> everyFieldOfTheReaderIsInTheSchemaAndNoOther() {
        return Map.of(
                        "file", "",
                        "circle", "/circles/0",
                        "workers", "/workers",
                        "http", "/circles/0/http",
                        "admin", "/admin",
                        "state", "/state",
                        "redis", "/redis",
                        "sigsocket", "/circles/0/sigsocket",
                        "mpc", "/circles/0/mpc",
                        "member", "/circles/0/members/0")
                .entrySet()
                .stream()
                .map(
                        object ->
                                dynamicTest(
                                        object.getKey(),
                                        () ->
                                                assertThat(known(object.getValue()))
                                                        .containsExactlyInAnyOrderElementsOf(
                                                                names(object.getKey()))));
    }

    /// The fields that the reader suggests in place of one that resembles none.
    private List<String> known(String place) {
        JsonNode file = parse(FULL);
        ((ObjectNode) file.at(place)).put("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 1);
        String problem =
                problems(file).stream()
                        .filter(line -> line.contains("is not known; there is "))
                        .findFirst()
                        .orElseThrow();
        return List.of(problem.replaceFirst(".* there is ", "").split(", "));
    }

    private static List<String> names(String definition) {
        return DEFINITIONS.path(definition).path("properties").properties().stream()
                .map(field -> field.getKey())
                .toList();
    }

    @Test
    void limitsHaveTheirRangesAndDefaults() {
        assertThat(names("limits"))
                .containsExactlyElementsOf(Arrays.stream(Limit.values()).map(Limit::word).toList());
        for (Limit limit : Limit.values()) {
            JsonNode schema = DEFINITIONS.path("limits").path("properties").path(limit.word());
            JsonNode number =
                    switch (limit.unit()) {
                        case BYTES -> schema.path("anyOf").path(0);
                        case COUNT, MILLISECONDS -> schema;
                    };
            assertThat(
                            List.of(
                                    schema.path("default").longValue(),
                                    number.path("minimum").longValue(),
                                    number.path("maximum").longValue()))
                    .as(limit.word())
                    .containsExactly(limit.byDefault(), limit.least(), limit.most());
        }
    }

    @Test
    void namesAndDefaultsOfACircleAreThoseOfItsConfiguration() {
        JsonNode circle = DEFINITIONS.path("circle").path("properties");
        JsonNode file = DEFINITIONS.path("file").path("properties");

        assertThat(circle.path("name").path("pattern").asText())
                .isEqualTo("^" + CircleConfig.NAME.pattern() + "$");
        assertThat(circle.path("host").path("default").asText())
                .isEqualTo(CircleConfig.DEFAULT_HOST);
        assertThat(file.path("port").path("default").intValue())
                .isEqualTo(CircleConfig.DEFAULT_PORT);
    }

    @Test
    void defaultsOfAccessAreThoseOfTheCode() {
        JsonNode access = DEFINITIONS.path("access").path("properties");

        access.properties()
                .forEach(
                        rank ->
                                assertThat(rank.getValue().path("default"))
                                        .as(rank.getKey())
                                        .isEqualTo(granted(rank.getKey())));
    }

    /// What a rank adds, as JSON.
    private static JsonNode granted(String rank) {
        return Json.tree(
                Objects.requireNonNull(Access.DEFAULTS.granted().get(Rank.of(rank).orElseThrow()))
                        .stream()
                        .sorted()
                        .map(Capability::word)
                        .toList());
    }
}
