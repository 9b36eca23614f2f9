package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.launcher.Page.Block;
import io.circles.protocol.Json;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xml.sax.InputSource;

/// What the pages show is well-formed, what they name is there. [DocsIT] runs what can be run.
class DocsTest {
    private static final Set<String> MARKS =
            Set.of("test", "serves", "file", "quotes", "excerpt of", "no test");
    private static final Set<String> RUNNABLE = Set.of("bash", "js");
    private static final Set<String> CHECKED =
            Set.of("json", "jsonrpc", "java", "xml", "yaml", "ini");
    private static final Set<String> SHOWN = Set.of("text", "nginx", "caddyfile");

    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern TYPE = Pattern.compile("`(io\\.circles\\.[\\w.]+)`");
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))`");

    @TempDir private Path folder;

    private static List<Page> pages() {
        return Page.all();
    }

    private static List<Block> blocks() {
        return pages().stream().flatMap(page -> page.blocks().stream()).toList();
    }

    private static List<Block> blocks(String language) {
        return blocks().stream().filter(block -> block.language().equals(language)).toList();
    }

    private static List<Block> java() {
        return blocks("java");
    }

    private static List<Block> json() {
        return blocks("json");
    }

    private static List<Block> jsonRpc() {
        return blocks("jsonrpc");
    }

    private static List<Block> xml() {
        return blocks("xml");
    }

    @Test
    void thePagesAndTheirBlocksAreSeen() {
        assertThat(pages()).hasSizeGreaterThan(20);
        assertThat(blocks()).hasSizeGreaterThan(40);
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void aBlockThatCanBeRunSaysHowItIsTested(Block block) {
        assertThat(Stream.of(RUNNABLE, CHECKED, SHOWN).flatMap(Set::stream))
                .as("its language")
                .contains(block.language());
        assertThat(MARKS).as("its marks").containsAll(block.marks().keySet());
        if (RUNNABLE.contains(block.language())) {
            assertThat(block.marks()).as("a mark").isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void testsOfAPageHaveDifferentNames(Page page) {
        assertThat(page.blocks().stream().flatMap(block -> block.mark("test").stream()))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void aQuotedFileIsQuotedToTheLetter(Block block) {
        block.mark("quotes")
                .ifPresent(
                        file ->
                                assertThat(block.text())
                                        .isEqualTo(Page.content(Page.ROOT.resolve(file))));
        block.mark("excerpt of")
                .ifPresent(
                        file ->
                                assertThat(unindented(Page.content(Page.ROOT.resolve(file))))
                                        .contains(unindented(block.text())));
    }

    private static String unindented(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @MethodSource("java")
    void javaCompiles(Block block) {
        if (block.mark("excerpt of").isPresent()) {
            return; // it is compiled where it was taken from
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Matcher name = Pattern.compile("public \\w+ (\\w+)").matcher(block.text());
        assertThat(name.find()).as("a public type, or the mark \"excerpt of\"").isTrue();
        var task =
                compiler.getTask(
                        null,
                        null,
                        problem -> {
                            throw new AssertionError(block + ": " + problem);
                        },
                        List.of("-d", folder.toString(), "-proc:none", "-Xlint:all"),
                        null,
                        List.of(new Source(name.group(1), block.text())));
        assertThat(task.call()).isTrue();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    @ParameterizedTest
    @MethodSource("json")
    void jsonIsJsonAndACirclesFileIsGood(Block block) throws IOException {
        JsonNode json = Json.parse(block.text());
        boolean served = block.mark("file").isPresent(); // DocsIT has the files that it names
        if (isCirclesFile(json) && !served) {
            Path file = Files.writeString(folder.resolve("circles.json"), block.text());
            CirclesFile read = CirclesFile.read(file, Optional.empty(), Map.of());
            assertThat(read.warnings()).isEmpty();
        }
    }

    private static boolean isCirclesFile(JsonNode json) {
        return json.has("circles") || json.path(0).has("name");
    }

    @Test
    void thereAreCirclesFilesAmongTheJson() {
        assertThat(json().stream().filter(block -> !isOtherFile(block)))
                .hasSizeGreaterThan(2)
                .allMatch(block -> isCirclesFile(parsed(block)));
    }

    /// Whether it is a file that a page uses and that is no configuration.
    private static boolean isOtherFile(Block block) {
        return block.mark("file").filter(name -> !name.endsWith("circles.json")).isPresent();
    }

    private static JsonNode parsed(Block block) {
        try {
            return Json.parse(block.text());
        } catch (JsonProcessingException e) {
            throw new AssertionError(block.toString(), e);
        }
    }

    @ParameterizedTest
    @MethodSource("jsonRpc")
    void aConversationIsOfLinesThatAreSentAndReceived(Block block) {
        assertThat(block.text().lines())
                .anyMatch(line -> line.startsWith("< "))
                .allSatisfy(line -> assertThat(line).matches("[<>] \\S.*"))
                .allSatisfy(
                        line ->
                                assertThatCode(() -> Json.parse(line.substring(2)))
                                        .doesNotThrowAnyException());
    }

    @ParameterizedTest
    @MethodSource("xml")
    void xmlIsWellFormed(Block block) throws Exception {
        var document =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(block.text())));
        var artifacts = document.getElementsByTagName("artifactId");
        for (int i = 0; i < artifacts.getLength(); i++) {
            String module = artifacts.item(i).getTextContent().replaceFirst("^circles-", "");
            assertThat(Page.ROOT.resolve(module).resolve("pom.xml")).exists();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Page page) {
        assertThat(found(LINK, page).filter(link -> !link.startsWith("http")))
                .allSatisfy(link -> assertThat(leadsSomewhere(page, link)).as(link).isTrue());
    }

    private static boolean leadsSomewhere(Page page, String link) {
        String[] parts = link.split("#", 2);
        Path target =
                parts[0].isEmpty()
                        ? Page.ROOT.resolve(page.name())
                        : page.folder().resolve(parts[0]).normalize();
        return Files.exists(target)
                && (parts.length == 1
                        || Page.of(Page.ROOT.relativize(target).toString())
                                .anchors()
                                .contains(parts[1]));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void typesAndPackagesThatAreNamedExist(Page page) {
        assertThat(found(TYPE, page))
                .allSatisfy(name -> assertThat(exists(name)).as(name).isTrue());
    }

    private static boolean exists(String name) {
        ClassLoader loader = Objects.requireNonNull(DocsTest.class.getClassLoader());
        try {
            Class.forName(name, false, loader);
            return true;
        } catch (ClassNotFoundException e) {
            return loader.getResource(name.replace('.', '/')) != null;
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void testsThatAreNamedExist(Page page) throws IOException {
        try (Stream<Path> files = Files.walk(Page.ROOT)) {
            Set<String> sources =
                    files.filter(file -> file.toString().contains("src/test/java"))
                            .map(file -> String.valueOf(file.getFileName()))
                            .collect(Collectors.toSet());
            assertThat(found(TEST, page).map(name -> name + ".java")).isSubsetOf(sources);
        }
    }

    private static Stream<String> found(Pattern pattern, Page page) {
        return pattern.matcher(page.prose()).results().map((MatchResult match) -> match.group(1));
    }
}
