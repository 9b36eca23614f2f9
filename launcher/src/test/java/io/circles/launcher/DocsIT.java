package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.launcher.Page.Block;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The pages done to the letter, from top to bottom, but for the ports.
class DocsIT {
    @TempDir private static Path clone;
    private static Workshop running;

    @TempDir private Path folder;

    /// For the pages that take circles for granted which run: those of the project's circles.json.
    @BeforeAll
    static void serve() throws Exception {
        running = new Workshop(clone);
        running.serve("./circles up");
    }

    @AfterAll
    static void stop() throws Exception {
        try (Workshop _ = running) {
            running.stop();
        }
    }

    /// Those that have something to do. What the README quotes is run by [ExamplesIT].
    private static List<Page> pages() {
        List<Page> pages =
                Page.all().stream()
                        .filter(p -> p.blocks().stream().anyMatch(DocsIT::done))
                        .toList();
        assertThat(pages).hasSizeGreaterThan(4);
        return pages;
    }

    private static boolean done(Block block) {
        return block.language().equals("jsonrpc")
                || block.mark("serves").isPresent()
                || (block.mark("test").isPresent() && block.mark("quotes").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageDoesWhatItSays(Page page) throws Exception {
        if (page.blocks().stream().noneMatch(block -> block.mark("serves").isPresent())) {
            carryOut(page, running);
            return;
        }
        try (Workshop workshop = new Workshop(folder)) {
            carryOut(page, workshop);
            workshop.stop();
        }
    }

    private static void carryOut(Page page, Workshop workshop) throws Exception {
        for (Block block : page.blocks()) {
            take(block, workshop);
        }
    }

    private static void take(Block block, Workshop workshop) throws Exception {
        Optional<String> file = block.mark("file");
        if (file.isPresent()) {
            workshop.write(file.get(), block.text());
        } else if (block.mark("serves").isPresent()) {
            workshop.serve(block.text());
        } else if (block.language().equals("jsonrpc")) {
            RawConversation.replay(block, workshop.circle());
        } else if (done(block)) {
            String printed = workshop.run(block.text());
            block.prints()
                    .ifPresent(
                            said ->
                                    assertThat(printed.strip())
                                            .as(block.toString())
                                            .matches(pattern(workshop.expected(said.strip()))));
        }
    }

    /// `…` stands for the rest of a line.
    private static Pattern pattern(String said) {
        return Pattern.compile(
                Pattern.compile("…")
                        .splitAsStream(said)
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*", "", said.endsWith("…") ? ".*" : "")));
    }
}
