package io.circles.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.state.Database;
import io.circles.server.session.TestClock;
import io.circles.server.transcript.Cast;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Changes that fail, beside others that do not.
class ServerStoreTest {
    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final TestClock clock = new TestClock();
    private Path file;
    private ServerStore store;

    @BeforeEach
    void open(@TempDir Path folder) {
        file = folder.resolve("server.db");
        store = new ServerStore(file, Cast.CIRCLE.pair().publicKey(), writers, clock);
    }

    @AfterEach
    void close() {
        store.close();
        writers.shutdownNow();
        threads.shutdownNow();
    }

    private static ServerStore.Work<Long> adding(String request) {
        return (tables, now) -> {
            tables.audit()
                    .add(new AuditFact(AuditEvent.REQUESTED, request, "", "", "", "", ""), now);
            return tables.audit().number();
        };
    }

    private static ServerStore.Work<Long> failing(Exception why) {
        return (tables, now) -> {
            adding("bad").on(tables, now);
            if (why instanceof SQLException e) {
                throw e;
            }
            throw (RuntimeException) why;
        };
    }

    private void assertFails(ServerStore.Work<Long> work) {
        assertThatThrownBy(() -> store.write(work))
                .isInstanceOfSatisfying(
                        CircleException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL_ERROR));
    }

    @Test
    void whateverFailsIsTheSameErrorAndNothingOfItIsKept() {
        store.write(adding("first"));
        assertFails(failing(new SQLException("full")));
        assertFails(failing(new IllegalArgumentException("bad")));
        assertThat(store.write(adding("second"))).isEqualTo(2);
        store.close();
        assertFails(adding("third"));
    }

    @Test
    void aChangeThatFailsFailsAloneAmongThoseThatAreMadeTogether() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        Future<Boolean> first = threads.submit(() -> store.write((_, _) -> hold(begun, held)));
        begun.await();
        store.writeLater(adding("before"));
        store.writeLater(failing(new IllegalStateException("bad")));
        store.writeLater(adding("after"));
        held.countDown();

        assertThat(first.get()).isTrue();
        assertThat(store.write(adding("last"))).isEqualTo(3);
        assertThat(good()).isEqualTo(3);
    }

    private static boolean hold(CountDownLatch begun, CountDownLatch held) {
        begun.countDown();
        try {
            return held.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// How many entries there are, which have to be a chain.
    private long good() throws IOException {
        try (AuditFile audit = AuditFile.open(file).orElseThrow()) {
            AuditReport report = audit.verify(Cast.CIRCLE.pair().publicKey(), Optional.empty());
            assertThat(report.problem()).isEmpty();
            return report.entries();
        }
    }

    @Test
    void aFileOfTheFirstSchemaIsBroughtUpToDate() throws Exception {
        Database.write(file, new Database.Schema(List.of(statements("schema-1.sql")))).close();
        HookEvent event =
                new HookEvent("evt_1", "paid", Optional.empty(), clock.instant(), "{}", "{}");

        assertThat(new HookStore(store, 1 << 20).keep("stripe", event, false))
                .isEqualTo(HookStore.Kept.NEW);
        String taker = store.write((tables, now) -> tables.sign().taker());
        assertThat(taker).matches("[0-9a-f]{32}");
        assertThat(store.<String>write((tables, now) -> tables.sign().taker())).isEqualTo(taker);
    }

    /// A schema as files that are out there have it, whatever the code says today.
    private static List<String> statements(String name) throws IOException {
        try (InputStream sql = ServerStoreTest.class.getResourceAsStream("/store/" + name)) {
            return List.of(new String(sql.readAllBytes(), UTF_8).strip().split(";\n?"));
        }
    }
}
