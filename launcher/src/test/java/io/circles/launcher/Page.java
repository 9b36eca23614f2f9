package io.circles.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A page of the documentation.
///
/// Before a block stand its marks, comments that the reader does not see:
///
/// - `test: NAME`: [DocsIT] runs it, and what it prints is what the page says it prints
/// - `serves: NAME`: likewise, and it runs beside the blocks after it
/// - `file: PATH`: [DocsIT] saves it there, for the blocks after it
/// - `quotes: PATH`: it is that file
/// - `excerpt of: PATH`: it stands in that file
/// - `no test: WHY`
///
/// @param name the path from the project's root
record Page(String name, String text) {
    static final Path ROOT = Path.of("").toAbsolutePath().resolveSibling("");

    private static final Pattern MARK = Pattern.compile("<!-- ([a-z ]+): (.+) -->");
    private static final Pattern SAYS = Pattern.compile("(?:It )?prints `([^`]+)`(?s:.*)");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");

    /// A fenced block.
    ///
    /// @param line of its fence
    /// @param after what stands between it and the next block or heading
    record Block(
            String page,
            int line,
            String language,
            String text,
            Map<String, String> marks,
            String after,
            Optional<String> next) {

        Optional<String> mark(String name) {
            return Optional.ofNullable(marks.get(name));
        }

        /// What the page says that it prints: `prints CODE`, or `prints` and a block of text.
        Optional<String> prints() {
            Matcher says = SAYS.matcher(after);
            return says.matches()
                    ? Optional.of(says.group(1))
                    : next.filter(_ -> after.equals("prints"));
        }

        @Override
        public String toString() {
            return page + ":" + line;
        }
    }

    /// All pages.
    static List<Page> all() {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(
                                            "README.md",
                                            "CONTRIBUTING.md",
                                            "CHANGELOG.md",
                                            "client-js/README.md")
                                    .map(ROOT::resolve),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .map(Page::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The page with that path from the project's root.
    static Page of(String name) {
        return read(ROOT.resolve(name));
    }

    private static Page read(Path file) {
        return new Page(ROOT.relativize(file).toString(), content(file));
    }

    static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path folder() {
        return ROOT.resolve(name).resolveSibling("");
    }

    /// What stands outside of blocks.
    String prose() {
        return FENCED.matcher(text).replaceAll("");
    }

    List<Block> blocks() {
        List<String> lines = text.lines().toList();
        List<Block> blocks = new ArrayList<>();
        int from = 0;
        while (from < lines.size()) {
            if (lines.get(from).startsWith("```")) {
                Block block = block(lines, from);
                blocks.add(block);
                from += (int) block.text.lines().count() + 1;
            }
            from++;
        }
        return blocks;
    }

    private Block block(List<String> lines, int fence) {
        String body = body(lines, fence);
        int end = fence + 1 + (int) body.lines().count();
        List<String> rest =
                lines.stream()
                        .skip(end + 1L)
                        .takeWhile(line -> !line.startsWith("```") && !line.startsWith("#"))
                        .toList();
        int following = end + 1 + rest.size();
        boolean text = following < lines.size() && lines.get(following).equals("```text");
        return new Block(
                name,
                fence + 1,
                lines.get(fence).substring(3),
                body,
                marks(lines, fence),
                String.join("\n", rest).strip(),
                text ? Optional.of(body(lines, following)) : Optional.empty());
    }

    private static String body(List<String> lines, int fence) {
        return lines.stream()
                .skip(fence + 1L)
                .takeWhile(line -> !line.equals("```"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static Map<String, String> marks(List<String> lines, int fence) {
        Map<String, String> marks = new LinkedHashMap<>();
        for (int i = fence - 1; i >= 0; i--) {
            Matcher mark = MARK.matcher(lines.get(i));
            if (!mark.matches()) {
                break;
            }
            marks.put(mark.group(1), mark.group(2));
        }
        return marks;
    }

    /// The cells of the table that comes first after a heading, or after the table before it.
    ///
    /// @param number 0 for the first
    List<List<String>> table(String heading, int number) {
        List<List<List<String>>> tables = tables(heading);
        if (tables.size() <= number) {
            throw new AssertionError(name + " has no such table under " + heading);
        }
        return tables.get(number);
    }

    /// All tables between a heading and the next.
    List<List<List<String>>> tables(String heading) {
        List<String> section =
                text.lines()
                        .dropWhile(line -> !line.equals(heading))
                        .skip(1)
                        .takeWhile(line -> !line.startsWith("#"))
                        .toList();
        List<List<List<String>>> tables = new ArrayList<>();
        for (int i = 0; i < section.size(); i++) {
            if (section.get(i).startsWith("|---")) {
                tables.add(
                        section.stream()
                                .skip(i + 1L)
                                .takeWhile(line -> line.startsWith("|"))
                                .map(Page::cells)
                                .toList());
            }
        }
        return tables;
    }

    private static List<String> cells(String row) {
        return Arrays.stream(row.substring(1, row.lastIndexOf('|')).split("\\|"))
                .map(String::strip)
                .toList();
    }

    /// The names under which its headings can be linked to.
    Set<String> anchors() {
        return prose().lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
                .map(title -> title.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
