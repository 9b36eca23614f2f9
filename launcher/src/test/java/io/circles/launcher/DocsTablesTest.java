package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.script.Capability;
import io.circles.server.CircleConfig;
import io.circles.server.Limit;
import io.circles.server.session.Access;
import io.circles.server.session.Rank;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The tables of the reference equal the code.
class DocsTablesTest {
    private static final Page CONFIGURATION = Page.of("docs/reference/configuration.md");
    private static final Page PROTOCOL = Page.of("docs/reference/protocol.md");
    private static final Page ERRORS = Page.of("docs/reference/errors.md");
    private static final Page CLI = Page.of("docs/reference/cli.md");
    private static final Page EMBEDDING = Page.of("docs/how-to/embed-a-server.md");

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Set<String> EVERYWHERE = Set.of("--help", "--version", "--verbose");

    private static List<String> codes(String cell) {
        return CODE.matcher(cell).results().map((MatchResult code) -> code.group(1)).toList();
    }

    private static List<String> firsts(List<List<String>> table) {
        return table.stream().flatMap(row -> codes(row.getFirst()).stream()).toList();
    }

    private static JsonNode file(String name) {
        try {
            return Json.parse(Page.content(Page.ROOT.resolve(name)));
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    @Test
    void limits() {
        Stream<List<String>> expected =
                Arrays.stream(Limit.values())
                        .map(
                                limit ->
                                        List.of(
                                                "`" + limit.word() + "`",
                                                "%,d".formatted(limit.byDefault()),
                                                "%,d".formatted(limit.least()),
                                                "%,d".formatted(limit.most())));
        assertThat(CONFIGURATION.table("## Limits", 0).stream().map(row -> row.subList(0, 4)))
                .containsExactlyElementsOf(expected.toList());
    }

    @Test
    void access() {
        List<List<String>> table = CONFIGURATION.table("## Access", 0);

        assertThat(firsts(table)).containsExactlyElementsOf(words(Stream.of(Rank.values())));
        for (List<String> row : table) {
            Rank rank = Rank.of(codes(row.getFirst()).getFirst()).orElseThrow();
            Set<Capability> added = Objects.requireNonNull(Access.DEFAULTS.granted().get(rank));
            assertThat(codes(row.get(1)))
                    .containsExactlyElementsOf(
                            added.stream().sorted().map(Capability::word).toList());
        }
    }

    private static List<String> words(Stream<Rank> ranks) {
        return ranks.map(Rank::word).toList();
    }

    @Test
    void fieldsOfCirclesJson() {
        JsonNode definitions = file("circles.schema.json").path("$defs");
        assertThat(firsts(CONFIGURATION.table("# circles.json", 0)))
                .containsExactlyElementsOf(fields(definitions.path("file"), "defaults.limits"));
        assertThat(firsts(CONFIGURATION.table("# circles.json", 1)))
                .containsExactlyElementsOf(fields(definitions.path("circle"), "defaults"));
    }

    private static List<String> fields(JsonNode object, String defaults) {
        return object.path("properties").properties().stream()
                .map(Map.Entry::getKey)
                .map(field -> field.equals("defaults") ? defaults : field)
                .toList();
    }

    @Test
    void defaultsOfCirclesJson() {
        JsonNode definitions = file("circles.schema.json").path("$defs");
        Stream.of(0, 1)
                .flatMap(table -> CONFIGURATION.table("# circles.json", table).stream())
                .forEach(
                        row -> {
                            String field = codes(row.getFirst()).getFirst();
                            Optional<String> byDefault =
                                    Stream.of("file", "circle")
                                            .map(definitions::path)
                                            .map(of -> of.path("properties").path(field))
                                            .filter(
                                                    property ->
                                                            property.path("default").isValueNode())
                                            .map(property -> property.path("default").asText())
                                            .findFirst();
                            boolean shared = row.get(1).equals("the shared port");
                            if (!shared) {
                                byDefault.ifPresent(
                                        value ->
                                                assertThat(row.get(1).replace("`", ""))
                                                        .as(field)
                                                        .isEqualTo(value));
                            }
                        });
    }

    @Test
    void workers() {
        JsonNode properties =
                file("circles.schema.json").path("$defs").path("workers").path("properties");
        Workers defaults = Workers.DEFAULTS;
        int threads = Math.clamp(16L * Runtime.getRuntime().availableProcessors(), 16, 256);

        assertThat(CONFIGURATION.table("## Workers", 0).stream().map(row -> row.subList(0, 2)))
                .containsExactly(
                        List.of("`count`", "" + defaults.count()),
                        List.of(
                                "`threads`",
                                "sixteen times the processors, 16 at least and 256 at most"),
                        List.of("`heap`", (defaults.heapBytes() >> 20) + " MiB"),
                        List.of("`spares`", "" + defaults.spares()),
                        List.of("`warm_plays`", "" + defaults.warmPlays()),
                        List.of("`compiled`", "" + defaults.compiled()));
        assertThat(properties.findValuesAsText("default"))
                .containsExactly(
                        "" + defaults.count(),
                        "" + defaults.heapBytes(),
                        "" + defaults.spares(),
                        "" + defaults.warmPlays(),
                        "" + defaults.compiled());
        assertThat(defaults.threads()).isEqualTo(threads);
    }

    @Test
    void settingsOfAnEmbeddedCircle() {
        List<List<String>> table = EMBEDDING.table("## Every setting", 0);
        List<String> methods = table.stream().map(row -> codes(row.get(1)).getFirst()).toList();

        assertThat(firsts(table))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(
                                        fields(
                                                file("circles.schema.json")
                                                        .path("$defs")
                                                        .path("circle"),
                                                "defaults")
                                                .stream(),
                                        Stream.of("data"))
                                .toList());
        assertThat(methods.stream().skip(1))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(CircleConfig.Builder.class.getDeclaredMethods())
                                .filter(method -> Modifier.isPublic(method.getModifiers()))
                                .map(Method::getName)
                                .filter(name -> !name.equals("build"))
                                .toList());
    }

    @Test
    void errors() {
        List<List<String>> table = ERRORS.table("# Errors", 0);

        for (List<String> row : table) {
            ErrorCode code = ErrorCode.of(Integer.parseInt(row.getFirst())).orElseThrow();
            assertThat(row.subList(1, 3))
                    .as(row.getFirst())
                    .containsExactly("`" + code.kind() + "`", "" + code.retryable());
        }
        assertThat(table.stream().map(row -> Integer.valueOf(row.getFirst())))
                .containsExactlyInAnyOrderElementsOf(errorsOfTheContract());
    }

    /// Those of openrpc.json, which leaves out what any method can answer by JSON-RPC itself.
    private static List<Integer> errorsOfTheContract() {
        JsonNode errors = file("openrpc.json").path("components").path("errors");
        return Stream.concat(
                        Stream.of(-32700, -32600, -32601, -32602, -32603),
                        StreamSupport.stream(errors.spliterator(), false)
                                .map(error -> error.path("code").intValue()))
                .toList();
    }

    @Test
    void methods() {
        assertThat(PROTOCOL.table("## Methods", 0).stream().map(DocsTablesTest::signature))
                .containsExactlyInAnyOrderElementsOf(
                        contract(true)
                                .map(m -> List.of(List.of(name(m)), params(m), results(m)))
                                .toList());
    }

    @Test
    void events() {
        assertThat(PROTOCOL.table("## Events", 0).stream().map(row -> signature(row).subList(0, 2)))
                .containsExactlyInAnyOrderElementsOf(
                        contract(false).map(m -> List.of(List.of(name(m)), params(m))).toList());
    }

    private static List<List<String>> signature(List<String> row) {
        return row.stream().limit(3).map(DocsTablesTest::codes).toList();
    }

    private static Stream<JsonNode> contract(boolean answered) {
        return StreamSupport.stream(file("openrpc.json").path("methods").spliterator(), false)
                .filter(method -> method.has("result") == answered);
    }

    private static String name(JsonNode method) {
        return method.path("name").asText();
    }

    private static List<String> params(JsonNode method) {
        List<String> params = new ArrayList<>();
        for (JsonNode param : method.path("params")) {
            params.add(name(param) + (param.path("required").asBoolean() ? "" : "?"));
        }
        return params;
    }

    private static List<String> results(JsonNode method) {
        JsonNode schema = method.path("result").path("schema");
        String reference = schema.path("$ref").asText();
        JsonNode resolved =
                reference.isEmpty() ? schema : file("openrpc.json").at(reference.substring(1));
        return resolved.path("properties").properties().stream()
                .map(property -> property.getKey())
                .toList();
    }

    private static List<CommandLine> commands() {
        return leaves(Main.commandLine(Shell.ofProcess())).toList();
    }

    /// The commands that do something.
    private static Stream<CommandLine> leaves(CommandLine command) {
        return command.getSubcommands().isEmpty()
                ? Stream.of(command)
                : command.getSubcommands().values().stream().flatMap(c -> leaves(c));
    }

    @Test
    void everyCommandHasItsSection() {
        assertThat(CLI.text().lines().filter(line -> line.startsWith("## circles ")))
                .containsExactlyElementsOf(commands().stream().map(c -> heading(c)).toList());
    }

    private static String heading(CommandLine command) {
        return "## " + command.getCommandSpec().qualifiedName();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void argumentsAndOptionsOfACommand(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        Stream<List<String>> arguments =
                spec.positionalParameters().stream()
                        .map(p -> List.of(label(p.required(), p.paramLabel()), p.description()[0]));
        Stream<List<String>> options =
                spec.options().stream()
                        .filter(option -> !EVERYWHERE.contains(option.longestName()))
                        .map(DocsTablesTest::row);

        assertThat(CLI.tables(heading(command)).stream().flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(arguments, options).toList());
        assertThat(CLI.prose().replace('\n', ' '))
                .contains(" " + spec.usageMessage().description()[0] + " ");
    }

    private static String label(boolean required, String name) {
        return "`" + (required ? name : "[" + name + "]") + "`";
    }

    private static List<String> row(OptionSpec option) {
        String names =
                Arrays.stream(option.names())
                        .map(name -> "`" + name + "`")
                        .collect(Collectors.joining(", "));
        String value = option.arity().max() == 0 ? "" : " `" + option.paramLabel() + "`";
        return List.of(names + value, option.description()[0]);
    }

    @Test
    void optionsOfEveryCommand() {
        assertThat(CLI.table("# The command line", 0))
                .containsExactlyInAnyOrderElementsOf(
                        commands().getFirst().getCommandSpec().options().stream()
                                .filter(option -> EVERYWHERE.contains(option.longestName()))
                                .map(DocsTablesTest::row)
                                .toList());
    }

    @Test
    void exitCodes() {
        assertThat(CLI.table("## Exit codes", 0))
                .containsExactlyElementsOf(
                        Arrays.stream(ExitCode.values())
                                .map(code -> List.of("" + code.number(), code.meaning()))
                                .toList());
    }
}
