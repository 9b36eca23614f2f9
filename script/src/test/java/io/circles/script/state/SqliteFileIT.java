package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.state.CommitResult.Committed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What is SQLite's own: the file, its log, and commits in groups.
@Timeout(60)
class SqliteFileIT {
    private static final Duration SOON = Duration.ofMillis(200);
    private static final Duration NEVER = Duration.ofDays(1);

    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(1);
    private final List<List<LoggedEffect>> told = Collections.synchronizedList(new ArrayList<>());
    private final StateReader reader = new StateReader(SOON);
    private final Path folder;

    SqliteFileIT(@TempDir Path folder) throws IOException {
        this.folder = folder.toRealPath();
    }

    @AfterEach
    void close() {
        reader.close();
        writers.shutdownNow();
    }

    private Path file(String circle) {
        return folder.resolve(circle + "?&#ü").resolve("state.db");
    }

    private StateStore open(String circle, Duration unused) {
        return new StateStore(
                file(circle), 1L << 30, writers, InstantSource.system(), told::add, unused);
    }

    private static Commit set(String id, String key, String value) {
        Transaction.Write write = new Transaction.Write(key, value);
        return new Commit(
                id,
                new Transaction(0, List.of(), List.of(), List.of(write)),
                List.of(new Commit.NewEffect("publish", value, false)),
                Optional.empty(),
                Optional.empty());
    }

    private StateView view(StateStore store) {
        return reader.open(Optional.of(store.url()));
    }

    private List<String> openFiles() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(SqliteFileIT::target)
                    .filter(target -> target.startsWith(folder.toString()))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    /// Commits that all wait when the writer gets to work.
    private List<Thread> waiting(StateStore store, List<Commit> commits, List<Object> answers) {
        CountDownLatch begin = new CountDownLatch(1);
        writers.execute(() -> awaitQuietly(begin));
        List<Thread> threads = new ArrayList<>();
        for (Commit commit : commits) {
            threads.add(Thread.ofVirtual().start(() -> answers.add(answer(store, commit))));
        }
        threads.add(Thread.ofVirtual().unstarted(begin::countDown));
        await().until(
                        () ->
                                threads.stream()
                                                .filter(t -> t.getState() == Thread.State.WAITING)
                                                .count()
                                        == commits.size());
        return threads;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Object answer(StateStore store, Commit commit) {
        try {
            return store.commit(commit);
        } catch (CircleException e) {
            return e.code();
        } catch (InterruptedException e) {
            return e;
        }
    }

    private static void go(List<Thread> threads) throws InterruptedException {
        threads.getLast().start();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void commitsThatWaitTogetherAreMadeTogether() throws InterruptedException {
        try (StateStore store = open("circle", NEVER)) {
            List<Commit> commits = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                commits.add(set("run" + i, "key" + i, "1"));
            }
            List<Object> answers = Collections.synchronizedList(new ArrayList<>());
            go(waiting(store, commits, answers));

            assertThat(answers).hasSize(64).hasOnlyElementsOfType(Committed.class);
            assertThat(told).hasSize(1);
            assertThat(told.getFirst()).hasSize(64);
        }
    }

    @Test
    void moreThanCanWaitAreBusy() throws InterruptedException {
        try (StateStore store = open("circle", NEVER)) {
            List<Commit> commits = new ArrayList<>();
            for (int i = 0; i < Lane.MOST_WAITING; i++) {
                commits.add(set("run" + i, "key", "1"));
            }
            List<Object> answers = Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = waiting(store, commits, answers);

            assertThat(answer(store, set("more", "key", "1"))).isEqualTo(ErrorCode.BUSY);
            go(threads);
            assertThat(answers).hasSize(Lane.MOST_WAITING).hasOnlyElementsOfType(Committed.class);
        }
    }

    @Test
    void oneThatCannotBeWrittenDoesNotSpoilTheOthersOfItsGroup() throws Exception {
        try (StateStore store = open("circle", NEVER)) {
            store.commit(set("first", "key", "1"));
            execute(
                    "CREATE TRIGGER full BEFORE INSERT ON effects WHEN NEW.body = 'bad'"
                            + " BEGIN SELECT RAISE(ABORT, 'as if the disk were full'); END");
            List<Object> answers = Collections.synchronizedList(new ArrayList<>());
            go(waiting(store, List.of(set("good", "key", "2"), set("bad", "key", "bad")), answers));

            assertThat(answers)
                    .containsExactlyInAnyOrder(new Committed(2, 2), ErrorCode.INTERNAL_ERROR);
            try (StateView view = view(store)) {
                assertThat(view.get("key")).isEqualTo("2");
            }
            assertThat(store.commit(set("next", "key", "3"))).isEqualTo(new Committed(3, 3));
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(Database.url(file("circle")));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aFileOfAnotherVersionIsRefused() throws Exception {
        try (StateStore store = open("circle", NEVER)) {
            store.commit(set("first", "key", "1"));
        }
        execute("PRAGMA user_version = 99");

        try (StateStore store = open("circle", NEVER);
                StateView view = view(store)) {
            assertThat(answer(store, set("second", "key", "2")))
                    .isEqualTo(ErrorCode.INTERNAL_ERROR);
            assertThat(catchThrowableOfType(CircleException.class, () -> view.get("key")).code())
                    .isEqualTo(ErrorCode.INTERNAL_ERROR);
        }
    }

    /// The tables as schema 1 had them, with what a circle of that time may have kept.
    private void makeFileOfSchema1() throws Exception {
        Files.createDirectories(file("circle").getParent());
        for (String sql :
                List.of(
                        "PRAGMA journal_mode = WAL",
                        "CREATE TABLE entries (key TEXT PRIMARY KEY, version INTEGER NOT NULL,"
                                + " value TEXT NOT NULL) STRICT, WITHOUT ROWID",
                        "CREATE TABLE runs (id TEXT PRIMARY KEY, expiry INTEGER NOT NULL,"
                                + " bytes INTEGER NOT NULL, digest TEXT, result TEXT)"
                                + " STRICT, WITHOUT ROWID",
                        "CREATE INDEX runs_expiry ON runs (expiry)",
                        "CREATE TABLE effects (number INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
                                + " run TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL)"
                                + " STRICT",
                        "CREATE TABLE meta (version INTEGER NOT NULL, bytes INTEGER NOT NULL,"
                                + " result_bytes INTEGER NOT NULL, bare_runs INTEGER NOT NULL,"
                                + " last_effect INTEGER NOT NULL) STRICT",
                        "INSERT INTO meta VALUES (7, 4, 0, 0, 41)",
                        "INSERT INTO entries VALUES ('key', 7, '1')",
                        "PRAGMA user_version = 1")) {
            execute(sql);
        }
    }

    @Test
    void aFileOfAnEarlierVersionIsReadAndBroughtUpToDate() throws Exception {
        makeFileOfSchema1();

        try (StateStore store = open("circle", NEVER)) {
            try (StateView view = view(store)) {
                assertThat(view.get("key")).isEqualTo("1");
            }
            assertThat(store.commit(lasting("first", "2"))).isEqualTo(new Committed(8, 42));
        }
        try (StateStore store = open("circle", NEVER);
                StateView view = view(store)) {
            assertThat(store.unhandled(0, 9)).extracting(LoggedEffect::number).containsExactly(42L);
            assertThat(view.get("key")).isEqualTo("2");
            assertThat(store.commit(lasting("second", "3"))).isEqualTo(new Committed(9, 43));
        }
    }

    private static Commit lasting(String id, String value) {
        Commit commit = set(id, "key", value);
        return new Commit(
                id,
                commit.transaction(),
                List.of(new Commit.NewEffect("sign", value, true)),
                Optional.empty(),
                Optional.of(id));
    }

    @Test
    void nothingIsMadeBeforeTheFirstCommit() throws InterruptedException {
        try (StateStore store = open("circle", NEVER);
                StateView view = view(store)) {
            store.lastEffect();
            view.get("key");

            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aThousandIdleCirclesHoldNoFileOpen() throws Exception {
        try (StateStore first = open("circle", NEVER)) {
            first.commit(set("run", "key", "1"));
        }
        List<StateStore> stores = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            StateStore store = open("circle" + i, SOON);
            stores.add(store);
            Files.createDirectory(file("circle" + i).getParent());
            Files.copy(file("circle"), file("circle" + i));
            assertThat(store.lastEffect()).isEqualTo(1);
            try (StateView view = view(store)) {
                assertThat(view.get("key")).isEqualTo("1");
            }
        }

        assertThat(openFiles()).isNotEmpty();
        await().atMost(Duration.ofSeconds(20)).until(() -> openFiles().isEmpty());
        assertThat(stores.getFirst().commit(set("again", "key", "2")))
                .isEqualTo(new Committed(2, 2));
        stores.forEach(StateStore::close);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aRunReadsOnWhileTheFileIsClosedAndOpenedAgain() throws InterruptedException {
        try (StateStore store = open("circle", SOON);
                StateView early = view(store)) {
            store.commit(set("1", "key", "1"));
            assertThat(early.get("key")).isEqualTo("1");
            await().until(() -> openFiles().stream().filter(f -> f.endsWith("-wal")).count() == 1);

            try (StateView other = view(store)) {
                assertThat(other.get("key")).isEqualTo("1");
            }
            store.commit(set("2", "key", "2"));
            assertThat(early.get("key")).isEqualTo("1");
        }
        try (StateStore store = open("circle", SOON);
                StateView late = view(store)) {
            assertThat(late.get("key")).isEqualTo("2");
        }
    }

    /// How soon depends on the readers, for which a busy machine may not find the time.
    @Test
    @Timeout(180)
    void theLogIsEmptiedWhileRunsOverlapWithoutEnd() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> readers = new ArrayList<>();
        try (StateStore store = open("circle", NEVER)) {
            store.commit(set("first", "key", "1"));
            for (int i = 0; i < 2; i++) {
                readers.add(Thread.ofPlatform().start(() -> readUntil(done, store)));
            }
            try {
                commitUntilTheLogShrinks(store);
            } finally {
                done.set(true);
                for (Thread each : readers) {
                    each.join();
                }
            }
        }
    }

    private void commitUntilTheLogShrinks(StateStore store) throws Exception {
        Path log = file("circle").resolveSibling("state.db-wal");
        String big = "x".repeat(1 << 20);
        long before = 0;
        for (int i = 0; Files.size(log) >= before; i++) {
            before = Files.size(log);
            assertThat(before).isLessThan(8 * Database.LOG_BYTES);
            store.commit(set("run" + i, "key", big));
        }
    }

    private void readUntil(AtomicBoolean done, StateStore store) {
        while (!done.get()) {
            try (StateView view = view(store)) {
                for (int i = 0; i < 3; i++) {
                    view.get("key");
                }
            }
        }
    }
}
