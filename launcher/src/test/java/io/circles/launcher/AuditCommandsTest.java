package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import io.circles.server.store.AuditLog;
import io.circles.server.store.ServerStore;
import io.circles.server.store.SignRow;
import io.circles.server.store.SignStore;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `circles audit` on the file of a circle that is being served.
class AuditCommandsTest {
    private static final Instant TIME = Instant.parse("2026-11-20T12:00:00.250Z");

    @TempDir private Path folder;

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private KeyPair key;
    private ServerStore store;
    private AuditLog log;

    @BeforeEach
    void keepSomething() throws Exception {
        Files.writeString(
                folder.resolve("circles.json"),
                """
                {"circles": [{"name": "shop", "port": 1}, {"name": "idle", "port": 2}]}""");
        Path data = Files.createDirectories(folder.resolve("data").resolve("shop"));
        key = KeyFile.in(data).readOrCreate(new SecureRandom());
        InstantSource clock = InstantSource.fixed(TIME);
        store = new ServerStore(data.resolve(ServerStore.FILE), key.publicKey(), threads, clock);
        log = new AuditLog(store, key, threads, threads);
        SignStore signs = new SignStore(store, log);
        var _ = signs.requested(row("one")).await();
        var _ = signs.requested(row("two")).await();
        log.close();
        var _ = signs.requested(row("three")).await();
    }

    @AfterEach
    void stop() {
        store.close();
        threads.shutdownNow();
    }

    private SignRow row(String id) {
        return new SignRow(
                id,
                Optional.empty(),
                key.publicKey().hex(),
                "test",
                "text/plain",
                "Pay\nthe rent?\u001b[2J",
                "sha256",
                "00".repeat(32),
                TIME,
                TIME,
                false,
                Optional.empty(),
                "");
    }

    private ExitCode run(String... args) {
        Shell shell =
                new Shell(
                        new ByteArrayInputStream(new byte[0]),
                        false,
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        Map.of(),
                        folder,
                        new SecureRandom());
        int code = Main.run(shell, args);
        for (ExitCode each : ExitCode.values()) {
            if (each.number() == code) {
                return each;
            }
        }
        throw new AssertionError("exit code " + code);
    }

    private String config() {
        return folder.resolve("circles.json").toString();
    }

    private void tamper(String sql) throws Exception {
        Path file = folder.resolve("data").resolve("shop").resolve(ServerStore.FILE);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    @Test
    void aGoodAuditIsCountedAndACircleThatWasNeverStartedHasNone() {
        assertThat(run("audit", "verify", "--config", config())).isEqualTo(ExitCode.OK);
        assertThat(out.toString().replaceAll("[0-9a-f]{64}", "HASH"))
                .isEqualTo(
                        """
                        NAME  ENTRIES  SIGNED  UNSIGNED  LAST SIGNED AT            HEAD
                        shop  3        2       1         2026-11-20T12:00:00.250Z  2:HASH
                        idle  0        0       0         never                     none
                        """);
    }

    @Test
    void aHeadThatWasNotedMustStillBeThere() throws Exception {
        assertThat(run("audit", "verify", "-c", config(), "shop")).isEqualTo(ExitCode.OK);
        String head = out.toString().lines().skip(1).findFirst().orElseThrow();
        String noted = head.substring(head.lastIndexOf(' ') + 1);
        assertThat(noted).matches("2:[0-9a-f]{64}");
        assertThat(run("audit", "verify", "-c", config(), "--expect", noted, "shop"))
                .isEqualTo(ExitCode.OK);
        tamper("DELETE FROM audit_heads");
        tamper("DELETE FROM audit WHERE number > 1");
        assertThat(run("audit", "verify", "-c", config(), "shop")).isEqualTo(ExitCode.OK);
        assertThat(run("audit", "verify", "-c", config(), "--expect", noted, "shop"))
                .isEqualTo(ExitCode.AUDIT);
        assertThat(err.toString()).contains("cut: it ends with entry 1, but entry 2 was noted");
        String other = "1:" + "0".repeat(64);
        assertThat(run("audit", "verify", "-c", config(), "--expect", other, "shop"))
                .isEqualTo(ExitCode.AUDIT);
        assertThat(err.toString()).contains("entry 1 is not the one that was noted");
    }

    @Test
    void whatToExpectIsSaidOfOneCircleAndReadsAsItIsPrinted() {
        String head = "1:" + "0".repeat(64);
        assertThat(run("audit", "verify", "-c", config(), "--expect", head))
                .isEqualTo(ExitCode.USAGE);
        assertThat(run("audit", "verify", "-c", config(), "--expect", "1:00", "shop"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("is not NUMBER:HASH");
    }

    @Test
    void anAuditWithoutItsKeyAndANotedHeadWithoutItsAuditAreProblems() throws Exception {
        String head = "1:" + "0".repeat(64);
        assertThat(run("audit", "verify", "-c", config(), "--expect", head, "idle"))
                .isEqualTo(ExitCode.AUDIT);
        assertThat(err.toString()).contains("there is no audit, but its entry 1 was noted");
        Files.delete(folder.resolve("data").resolve("shop").resolve("circle.pem"));
        assertThat(run("audit", "verify", "-c", config())).isEqualTo(ExitCode.AUDIT);
        assertThat(err.toString()).contains("there is an audit, but the circle's key is missing");
    }

    @Test
    void aBrokenAuditEndsWithItsOwnExitCodeAndSaysWhere() throws Exception {
        tamper("UPDATE audit SET display = 'Nothing' WHERE number = 2");
        assertThat(run("audit", "verify", "--config", config(), "shop")).isEqualTo(ExitCode.AUDIT);
        assertThat(err.toString())
                .contains("circle shop: entry 2 is not what was written: its hash does not follow");
    }

    @Test
    void aCutAuditToo() throws Exception {
        tamper("DELETE FROM audit WHERE number > 1");
        assertThat(run("audit", "verify", "-c", config())).isEqualTo(ExitCode.AUDIT);
        assertThat(err.toString())
                .contains("circle shop: cut: it ends with entry 1, but entry 2 was signed at 2026");
    }

    @Test
    void showPrintsALineAnEntryAndNothingThatATerminalWouldObey() {
        assertThat(run("audit", "show", "-c", config(), "shop")).isEqualTo(ExitCode.OK);
        assertThat(out.toString().lines()).hasSize(4);
        assertThat(out.toString())
                .contains("2026-11-20T12:00:00.250Z  requested", key.publicKey().hex())
                .contains("Pay\\nthe rent?")
                .doesNotContain("\u001b");
    }

    @Test
    void asJsonItIsAllThere() throws Exception {
        assertThat(run("audit", "show", "-c", config(), "--json")).isEqualTo(ExitCode.OK);
        String first = out.toString().lines().findFirst().orElseThrow();
        assertThat(Json.parse(first).path("display").asText()).isEqualTo("Pay\nthe rent?\u001b[2J");
        assertThat(Json.parse(first).path("circle").asText()).isEqualTo("shop");
        assertThat(Json.parse(first).path("hash").asText()).hasSize(64);
    }

    @Test
    void aCircleThatIsNotInTheFileIsSaidToBeNone() {
        assertThat(run("audit", "show", "-c", config(), "other")).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(err.toString()).contains("there is no circle other; there is shop, idle");
    }
}
