package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.CircleModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// The watch without its thread: each look is a call.
class ModuleWatchTest {
    private static final String REFUSED = "wrong";

    // while another thread sets SLF4J up, loggers are others
    private final Logger logger =
            (Logger)
                    await().until(
                                    () -> LoggerFactory.getLogger(WatchedModule.class),
                                    Logger.class::isInstance);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<String> loaded = new ArrayList<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    private boolean busy;

    @TempDir private Path folder;

    private Path main = Path.of("main.js");
    private ModuleWatch watch = new ModuleWatch(Runnable::run);

    @BeforeEach
    void watch() throws IOException {
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
        main = Files.writeString(folder.resolve("main.js"), "first");
        watch = watched(new ModuleWatch(Runnable::run));
    }

    @AfterEach
    void unwatch() {
        logger.detachAppender(log);
        logger.setLevel(null);
        watch.close();
    }

    private ModuleWatch watched(ModuleWatch made) {
        made.add("shop", LoadedModule.of(new ModuleFiles(main)), this::reload);
        return made;
    }

    private void reload(CircleModule module) {
        String text = Objects.requireNonNull(module.files().get("main.js"));
        if (text.equals(REFUSED)) {
            throw new CircleException(ErrorCode.SCRIPT_ERROR, "lib/a.js:3:7: SyntaxError: no");
        }
        if (busy) {
            throw new CircleException(ErrorCode.BUSY);
        }
        loaded.add(text);
    }

    private List<String> logged() {
        return log.list.stream()
                .map(line -> line.getMessage() + " " + line.getKeyValuePairs())
                .toList();
    }

    private void looks(int times) {
        for (int i = 0; i < times; i++) {
            watch.look();
        }
    }

    @Test
    void whatDoesNotChangeIsNotLoaded() {
        assertThat(watch.look()).isFalse();
        assertThat(watch.look()).isFalse();

        assertThat(loaded).isEmpty();
        assertThat(logged()).isEmpty();
    }

    @Test
    void aChangeIsLoadedOnceItIsLeftAlone() throws IOException {
        Files.writeString(main, "half of it");
        assertThat(watch.look()).isTrue();
        Files.writeString(main, "all of it now");
        assertThat(watch.look()).isTrue();
        assertThat(loaded).isEmpty();

        assertThat(watch.look()).isFalse();
        looks(3);

        assertThat(loaded).containsExactly("all of it now");
        assertThat(logged())
                .singleElement()
                .asString()
                .startsWith("module reloaded ")
                .contains("shop", main.toString());
    }

    @Test
    void filesThatAreTouchedOnlyAreNotLoaded() throws IOException {
        Files.delete(main);
        Files.writeString(main, "first");
        looks(3);

        assertThat(loaded).isEmpty();
        assertThat(logged()).isEmpty();
    }

    @Test
    void oneThatCannotBeLoadedIsSaidOnceWithItsPlaceAndTheLastGoodOneStays() throws IOException {
        Files.writeString(main, REFUSED);
        looks(5);

        assertThat(loaded).isEmpty();
        assertThat(logged())
                .singleElement()
                .asString()
                .startsWith("module not reloaded, the last good one stays ")
                .contains("lib/a.js:3:7: SyntaxError: no");

        Files.writeString(main, "mended");
        looks(2);
        assertThat(loaded).containsExactly("mended");
    }

    @Test
    void whereThereIsNoRoomItIsTriedAgainUntilThereIs() throws IOException {
        busy = true;
        Files.writeString(main, "second");
        looks(5);
        busy = false;
        looks(2);

        assertThat(loaded).containsExactly("second");
        assertThat(logged()).hasSize(2);
    }

    @Test
    void whenTheLastGoodOneComesBackNothingIsLoadedAndThatIsSaid() throws IOException {
        Files.writeString(main, REFUSED);
        looks(2);
        Files.writeString(main, "first");
        looks(2);

        assertThat(loaded).isEmpty();
        assertThat(logged()).hasSize(2).last().asString().startsWith("module as before ");
    }

    @Test
    void aFileThatIsGoneOrNoTextIsSaidOnceUntilItIsBack() throws IOException {
        Files.delete(main);
        looks(3);
        Files.write(main, new byte[] {(byte) 0xff});
        looks(3);
        Files.writeString(main, "back");
        looks(3);

        assertThat(logged()).hasSize(3);
        assertThat(logged().get(0)).contains(main + ": there is no such file");
        assertThat(logged().get(1)).contains(main + ": is not UTF-8 text");
        assertThat(loaded).containsExactly("back");
    }

    @Test
    void whileAModuleIsLoadedItIsNotLoadedOnceMore() throws IOException {
        watch = watched(new ModuleWatch(waiting::add));
        Files.writeString(main, "second");
        looks(2);
        Files.writeString(main, "the third");
        looks(2);
        assertThat(waiting).hasSize(1);

        waiting.remove().run();
        looks(2);
        waiting.remove().run();
        assertThat(loaded).containsExactly("the third");
    }
}
