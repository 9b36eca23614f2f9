package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.state.CommitResult.Committed;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A database that is restarted, and crashes, while two servers commit to one circle.
@Timeout(120)
class PostgresRestartIT {
    private static final int CALLERS = 8;
    private static final int LEAST = 150;
    private static final Duration SOON = Duration.ofSeconds(60);

    private final AtomicInteger acknowledged = new AtomicInteger();
    private final List<LoggedEffect> told = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean stop;

    @Test
    void nothingAcknowledgedIsLostAndNothingIsThereTwice() throws Exception {
        PublicKey circle = KeyPair.generate(new SecureRandom()).publicKey();
        ScheduledExecutorService writers = Executors.newScheduledThreadPool(4);
        try (PostgresServer server = PostgresServer.start();
                SharedDatabase one = SharedDatabase.open(server.address());
                SharedDatabase other = SharedDatabase.open(server.address());
                StateStore first = store(one, circle, writers);
                StateStore second = store(other, circle, writers);
                StateReader reader = new StateReader();
                ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            List<Future<List<String>>> all = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                String name = "caller" + i + "/";
                StateStore store = i % 2 == 0 ? first : second;
                all.add(callers.submit(() -> commitUntilStopped(store, name)));
            }
            more();
            server.restart();
            more();
            server.crash();
            more();
            stop = true;

            List<String> done = new ArrayList<>();
            for (Future<List<String>> each : all) {
                done.addAll(each.get());
            }
            check(first, reader, done);
        } finally {
            stop = true;
            writers.shutdownNow();
        }
    }

    private StateStore store(
            SharedDatabase database, PublicKey circle, ScheduledExecutorService writers) {
        return database.store(circle, 1 << 24, writers, InstantSource.system(), told::addAll);
    }

    private void more() {
        int before = acknowledged.get();
        await().atMost(SOON).until(() -> acknowledged.get() > before + LEAST);
    }

    private List<String> commitUntilStopped(StateStore store, String name) throws Exception {
        List<String> done = new ArrayList<>();
        while (!stop) {
            String id = name + done.size();
            untilAnswered(store, id);
            done.add(id);
            acknowledged.incrementAndGet();
        }
        return done;
    }

    /// As a client with an idempotency key.
    private static void untilAnswered(StateStore store, String id) throws Exception {
        CommitResult result = null;
        while (result == null) {
            try {
                result = store.commit(commit(id));
            } catch (CircleException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.STATE_UNAVAILABLE);
            }
        }
        assertThat(result).isInstanceOfAny(Committed.class, CommitResult.Known.class);
    }

    private static Commit commit(String id) {
        return new Commit(
                id,
                new Transaction(0, List.of(), List.of(), List.of(new Transaction.Write(id, "1"))),
                List.of(new Commit.NewEffect("publish", "1", true)),
                Optional.of(new Commit.RunRecord("digest", "1")),
                Optional.empty());
    }

    private void check(StateStore store, StateReader reader, List<String> done) throws Exception {
        List<LoggedEffect> effects = store.unhandled(0, Integer.MAX_VALUE);

        assertThat(effects)
                .extracting(LoggedEffect::runId)
                .containsExactlyInAnyOrderElementsOf(done);
        assertThat(effects)
                .extracting(LoggedEffect::number)
                .isEqualTo(LongStream.rangeClosed(1, done.size()).boxed().toList());
        assertThat(told).extracting(LoggedEffect::number).doesNotHaveDuplicates();
        try (StateView view = reader.open(Optional.of(store.url()))) {
            assertThat(view.list("", null, Integer.MAX_VALUE)).hasSize(done.size());
            assertThat(view.transaction().snapshot()).isEqualTo(done.size());
        }
    }
}
