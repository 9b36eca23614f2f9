package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.launcher.Page.Block;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The pages done to the letter, from top to bottom, but for what [Workshop] changes.
///
/// Those that serve circles of their own are done two at a time, each in a folder of its own, and
/// beside them one by one those that share the circles which run.
class DocsIT {
    private static final int AT_ONCE = 2;

    @TempDir private static Path clone;
    @TempDir private static Path folders;
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(AT_ONCE);
    private static final Map<Page, Future<?>> ALONE = new HashMap<>();
    private static Workshop running;

    /// For the pages that take circles for granted which run: those of the project's circles.json.
    @BeforeAll
    static void serve() throws Exception {
        running = new Workshop(clone, "spares");
        running.serve("./circles up");
        pages().stream()
                .filter(DocsIT::serves)
                .sorted(Comparator.comparing(page -> -page.blocks().size())) // the longest first
                .forEach(page -> ALONE.put(page, THREADS.submit(() -> carryOutAlone(page))));
    }

    @AfterAll
    static void stop() throws Exception {
        THREADS.shutdownNow();
        assertThat(THREADS.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        try (Workshop _ = running) {
            running.stop();
        }
    }

    private static boolean serves(Page page) {
        return page.blocks().stream().anyMatch(block -> block.mark("serves").isPresent());
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
        Future<?> alone = ALONE.get(page);
        if (alone == null) {
            carryOut(page, running);
            return;
        }
        try {
            alone.get();
        } catch (ExecutionException e) {
            throw new AssertionError(page.name(), e.getCause());
        }
    }

    private static Void carryOutAlone(Page page) throws Exception {
        Path folder = Files.createTempDirectory(folders, "page");
        try (Workshop workshop = new Workshop(folder, "count")) {
            carryOut(page, workshop);
            workshop.stop();
        }
        return null;
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
