package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A state that moves from a file into a shared database and back.
@Timeout(60)
class StateArchiveIT {
    private static final List<String> TABLES =
            List.of("meta", "entries", "runs", "effects", "unhandled", "occasions");

    @TempDir private Path folder;

    private final SecureRandom random = new SecureRandom();
    private final PublicKey circle = KeyPair.generate(random).publicKey();
    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);
    private PostgresDatabase database;
    private SharedDatabase shared;

    @BeforeEach
    void connect() {
        database = PostgresDatabase.create();
        shared = SharedDatabase.open(database.address());
    }

    @AfterEach
    void disconnect() {
        writers.shutdownNow();
        if (shared != null) {
            shared.close();
            database.close();
        }
    }

    private Path filled(String name) throws InterruptedException {
        Path file = folder.resolve(name);
        try (StateStore store =
                new StateStore(file, 1 << 20, writers, InstantSource.system(), _ -> {})) {
            for (int i = 0; i < 250; i++) {
                store.commit(commit(i));
            }
            store.handled(LongStream.rangeClosed(1, 100).boxed().toList());
        }
        return file;
    }

    private static Commit commit(int i) {
        String odd = "\"é😀\uFFFF\u2028\u007f" + i;
        return new Commit(
                "run" + i,
                new Transaction(
                        0,
                        List.of(),
                        List.of(),
                        List.of(
                                new Transaction.Write("k" + odd, "\"" + i + "\uFFFF😀\""),
                                new Transaction.Write("last", Integer.toString(i)))),
                List.of(
                        new Commit.NewEffect("publish", "{\"n\":" + i + "}", false),
                        new Commit.NewEffect("sign", "\"é\"", true)),
                i % 2 == 0
                        ? Optional.of(new Commit.RunRecord("digest" + i, "\"é\""))
                        : Optional.empty(),
                i % 3 == 0 ? Optional.of("occasion" + odd) : Optional.empty());
    }

    private static List<String> exported(StateArchive archive) {
        List<String> lines = new ArrayList<>();
        long rows = archive.exportTo(lines::add);
        assertThat(lines).hasSize((int) rows + 2);
        return lines;
    }

    private static StringReader text(List<String> lines) {
        return new StringReader(String.join("\n", lines) + "\n");
    }

    private static List<String> rows(Path file) throws SQLException {
        List<String> all = new ArrayList<>();
        try (Connection connection = Database.write(file, Sql.SCHEMA);
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                try (ResultSet row = statement.executeQuery("SELECT * FROM " + table)) {
                    while (row.next()) {
                        StringBuilder text = new StringBuilder(table);
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            text.append('|').append(row.getString(i));
                        }
                        all.add(text.toString());
                    }
                }
            }
        }
        return all;
    }

    @Test
    void aStateThatMovesThereAndBackIsTheSameRowByRow() throws Exception {
        Path here = filled("here.db");
        Path back = folder.resolve("new").resolve("back.db");

        List<String> first = exported(StateArchive.of(here, circle));
        StateArchive.of(shared, circle).importFrom(text(first));
        List<String> second = exported(StateArchive.of(shared, circle));
        StateArchive.of(back, circle).importFrom(text(second));

        assertThat(second).isEqualTo(first);
        assertThat(rows(back)).hasSizeGreaterThan(1_000).isEqualTo(rows(here));
        assertThat(String.join("", first)).containsPattern("^\\p{ASCII}+$");
    }

    @Test
    void whatWasMovedGoesOnWhereItWas() throws Exception {
        Path here = filled("here.db");
        StateArchive.of(shared, circle).importFrom(text(exported(StateArchive.of(here, circle))));

        try (StateStore store =
                shared.store(circle, 1 << 20, writers, InstantSource.system(), _ -> {})) {
            assertThat(store.commit(commit(0))).isInstanceOf(CommitResult.Known.class);
            assertThat(store.hasOccasion("occasion\"é😀\uFFFF\u2028\u007f3")).isTrue();
            assertThat(store.commit(commit(250))).isEqualTo(new CommitResult.Committed(251, 501));
            assertThat(store.unhandled(0, 1))
                    .extracting(LoggedEffect::number)
                    .containsExactly(102L);
        }
    }

    @Test
    void anArchiveThatIsCutOrChangedIsRefusedAndNothingStays() throws Exception {
        List<String> lines = exported(StateArchive.of(filled("here.db"), circle));
        List<String> changed = new ArrayList<>(lines);
        changed.set(40, lines.get(40).replace("1", "2"));
        List<String> cut = lines.subList(0, lines.size() - 1);
        List<String> gap = new ArrayList<>(lines);
        gap.remove(700);
        List<String> more = new ArrayList<>(lines);
        more.add("[]");

        for (List<String> bad : List.of(changed, cut, gap, more)) {
            assertThatThrownBy(() -> StateArchive.of(shared, circle).importFrom(text(bad)))
                    .isInstanceOf(StateException.class);
        }
        assertThatThrownBy(
                        () ->
                                StateArchive.of(shared, circle)
                                        .importFrom(new StringReader(String.join("\n", lines))))
                .hasMessageContaining("is cut");
        assertThatThrownBy(() -> StateArchive.of(shared, circle).exportTo(_ -> {}))
                .hasMessageContaining("has no state of this circle yet");
        StateArchive.of(shared, circle).importFrom(text(lines));
    }

    @Test
    void aStateThatIsThereIsNotReplaced() throws Exception {
        List<String> lines = exported(StateArchive.of(filled("here.db"), circle));
        StateArchive.of(shared, circle).importFrom(text(lines));

        assertThatThrownBy(() -> StateArchive.of(shared, circle).importFrom(text(lines)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("already");
    }

    @Test
    void anotherCirclesStateIsRefused() throws Exception {
        List<String> lines = exported(StateArchive.of(filled("here.db"), circle));
        PublicKey other = KeyPair.generate(random).publicKey();

        assertThatThrownBy(() -> StateArchive.of(shared, other).importFrom(text(lines)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("of another circle");
    }

    @Test
    void whatIsNoArchiveIsRefused() throws IOException {
        for (String text : List.of("", "{}\n", "[]\n", "nothing\n")) {
            assertThatThrownBy(
                            () ->
                                    StateArchive.of(shared, circle)
                                            .importFrom(new StringReader(text)))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("no archive");
        }
    }
}
