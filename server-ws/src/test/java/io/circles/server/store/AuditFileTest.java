package io.circles.server.store;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.crypto.PublicKey;
import io.circles.server.session.TestClock;
import io.circles.server.transcript.Cast;
import io.circles.server.transport.Timers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The audit: what was written stands, and whatever else is done to it shows.
class AuditFileTest {
    private static final PublicKey CIRCLE = Cast.CIRCLE.pair().publicKey();

    private final TestClock clock = new TestClock();
    private final Timers timers = new Timers();
    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(1);
    private Path file;
    private ServerStore store;
    private AuditLog log;
    private SignStore signs;

    @BeforeEach
    void open(@TempDir Path folder) {
        file = folder.resolve("server.db");
        store = new ServerStore(file, CIRCLE, writers, clock);
        log = new AuditLog(store, Cast.CIRCLE.pair(), timers, Runnable::run);
        signs = new SignStore(store, log);
    }

    @AfterEach
    void close() {
        store.close();
        writers.shutdownNow();
        timers.shutdownNow();
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            var _ = signs.requested(request("Pay “rent”?\n")).await();
        }
    }

    private SignRow request(String display) {
        return new SignRow(
                "id" + System.nanoTime(),
                Optional.empty(),
                Cast.ALICE.pair().publicKey().hex(),
                "test",
                "text/plain",
                display,
                "sha256",
                "00".repeat(32),
                clock.instant(),
                clock.instant(),
                false,
                Optional.empty(),
                "");
    }

    private AuditReport verified(PublicKey circle) throws IOException {
        try (AuditFile audit = AuditFile.open(file).orElseThrow()) {
            return audit.verify(circle, Optional.empty());
        }
    }

    private void tamper(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    @Test
    void whatNobodyTouchedIsGoodAlsoWhileTheServerHasItOpen() throws IOException {
        add(3);
        assertThat(verified(CIRCLE))
                .isEqualTo(new AuditReport(3, Optional.empty(), Optional.empty()));
        assertThat(verified(CIRCLE).unsigned()).isEqualTo(3);
        List<AuditEntry> entries = new ArrayList<>();
        try (AuditFile audit = AuditFile.open(file).orElseThrow()) {
            audit.entries(entries::add);
        }
        assertThat(entries).extracting(AuditEntry::number).containsExactly(1L, 2L, 3L);
        assertThat(entries.getFirst().fact().display()).isEqualTo("Pay “rent”?\n");
        assertThat(entries.getFirst().at().toEpochMilli()).isEqualTo(clock.millis());
    }

    @Test
    void whatNobodyCanSeeIsKeptAsItIs() throws IOException {
        String unseen =
                IntStream.rangeClosed(0, 0x9f).mapToObj(Character::toString).collect(joining());
        String text = "\0" + unseen + "\u2028\u202e\ufeff\uffff\ud83d\ude00\0";
        SignRow request = request(text);
        var _ = signs.requested(request).await();
        SignRow.End no = new SignRow.End(AuditEvent.REJECTED, text, 0);
        var _ = signs.ending(List.of(request), no).await();

        assertThat(verified(CIRCLE).problem()).isEmpty();
        assertThat(verified(CIRCLE).entries()).isEqualTo(2);
        try (AuditFile audit = AuditFile.open(file).orElseThrow()) {
            audit.entries(entry -> assertThat(entry.fact().display()).isEqualTo(text));
        }
    }

    @Test
    void itsEndIsSignedAnHourAfterSomethingWasAddedAndAtTheEnd() throws IOException {
        add(2);
        assertThat(timers.lastDelayMillis()).isEqualTo(3_600_000);
        timers.passAll();
        assertThat(verified(CIRCLE).head().orElseThrow().number()).isEqualTo(2);
        add(1);
        assertThat(verified(CIRCLE).unsigned()).isEqualTo(1);
        log.close();
        assertThat(verified(CIRCLE).unsigned()).isZero();
        log.close();
        assertThat(verified(CIRCLE).problem()).isEmpty();
    }

    @Test
    void whereNothingWasKeptNothingIsMade() throws IOException {
        log.close();
        store.close();
        assertThat(file).doesNotExist();
        assertThat(AuditFile.open(file)).isEmpty();
        assertThat(file.getParent()).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    UPDATE audit SET verdict = 'x' WHERE number = 2 | entry 2 is not what was written
                    UPDATE audit SET at = at + 1 WHERE number = 4   | entry 4 is not what was written
                    UPDATE audit SET hash = (SELECT hash FROM audit WHERE number = 1) WHERE number = 3 | entry 3 is not
                    DELETE FROM audit WHERE number = 2              | entry 2 is missing: after 1 comes 3
                    DELETE FROM audit WHERE number = 1              | entry 1 is missing: after 0 comes 2
                    DELETE FROM audit WHERE number > 2              | cut: it ends with entry 2, but entry 3 was signed
                    DELETE FROM audit                               | cut: it ends with entry 0, but entry 3 was signed
                    UPDATE audit_heads SET number = 2               | entry 2 is not the one that was signed
                    UPDATE audit_heads SET at = at + 1              | the signature of 2026-11-20T12:00:00.251Z over entry 3
                    UPDATE audit_heads SET signature = 'x'          | the signature of 2026-11-20T12:00:00.250Z over entry 3
                    """)
    void whateverIsDoneToItShows(String sql, String problem) throws Exception {
        add(3);
        timers.passAll();
        add(2);
        store.close();
        if (sql.startsWith("UPDATE audit_heads SET number")) {
            tamper("UPDATE audit_heads SET signature = '%s'".formatted(forged()));
        }
        tamper(sql);

        assertThat(verified(CIRCLE).problem())
                .hasValueSatisfying(p -> assertThat(p).contains(problem));
    }

    /// As the circle itself would sign entry 3 as entry 2.
    private String forged() throws IOException {
        AuditHead head = verified(CIRCLE).head().orElseThrow();
        return AuditHead.sign(Cast.CIRCLE.pair(), 2, head.hash(), head.at()).signature();
    }

    @Test
    void whatADeviceWasHandedIsSignedAnHourLaterToo() throws IOException {
        SignRow row = request("rent");
        var _ = signs.requested(row).await();
        timers.passAll();
        signs.deliveredLater(row);
        assertThat(timers.lastDelayMillis()).isEqualTo(3_600_000);
        timers.passAll();
        assertThat(verified(CIRCLE).unsigned()).isZero();
    }

    @Test
    void whatWasNotedOfItHasToBeInItExactly() throws IOException {
        add(3);
        timers.passAll();
        AuditMark head = verified(CIRCLE).head().orElseThrow().mark();
        assertThat(head.number()).isEqualTo(3);
        assertThat(AuditMark.parse(head.toString())).isEqualTo(head);
        add(1);
        assertThat(problem(head)).isEmpty();
        assertThat(problem(new AuditMark(2, head.hash())))
                .contains("entry 2 is not the one that was noted");
        assertThat(problem(new AuditMark(5, head.hash())))
                .contains("cut: it ends with entry 4, but entry 5 was noted");
    }

    private Optional<String> problem(AuditMark noted) throws IOException {
        try (AuditFile audit = AuditFile.open(file).orElseThrow()) {
            return audit.verify(CIRCLE, Optional.of(noted)).problem();
        }
    }

    @Test
    void theAuditOfAnotherCircleIsNotThisOnes() throws IOException {
        add(1);
        assertThat(verified(Cast.BOB.pair().publicKey()).problem())
                .hasValueSatisfying(p -> assertThat(p).contains("entry 1 is not what was written"));
    }

    @Test
    void aServerThatGoesOnGoesOnWithTheChain() throws IOException {
        add(2);
        log.close();
        store.close();
        store = new ServerStore(file, CIRCLE, writers, clock);
        signs = new SignStore(store, log);
        add(2);
        assertThat(verified(CIRCLE).entries()).isEqualTo(4);
        assertThat(verified(CIRCLE).problem()).isEmpty();
    }
}
