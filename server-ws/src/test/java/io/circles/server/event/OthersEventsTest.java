package io.circles.server.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.Json;
import io.circles.protocol.Wildcard;
import io.circles.script.state.Commit;
import io.circles.script.state.LoggedEffect;
import io.circles.script.state.StateStore;
import io.circles.script.state.Transaction;
import io.circles.server.transcript.DirectConversation;
import io.circles.server.transport.FrameHandler;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Numbers that were committed past this server: by another one, or in a commit of which it did not
/// know for long whether it was made.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OthersEventsTest {
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final DirectConversation talk =
            new DirectConversation(
                    Executors.newSingleThreadScheduledExecutor(), (_, _) -> new Silent());

    @TempDir private Path folder;
    private StateStore log;
    private Events events;
    private int published;

    /// Whether it is this server that commits.
    private volatile boolean here = true;

    /// Nothing is asked on this connection.
    private static final class Silent implements FrameHandler {
        @Override
        public void text(String frame) {}

        @Override
        public void binary() {}

        @Override
        public void tooBig(long bytes, long limit) {}

        @Override
        public void drain(long deadlineMillis) {}

        @Override
        public void awaitIdle(long deadlineNanos) {}

        @Override
        public void cancelAll() {}

        @Override
        public void closed() {}
    }

    @BeforeEach
    void open() {
        log =
                new StateStore(
                        folder.resolve("state.db"),
                        1 << 20,
                        timer,
                        InstantSource.system(),
                        this::committed);
        events = new Events(threads, timer, log);
    }

    @AfterEach
    void close() {
        talk.close();
        log.close();
        threads.shutdownNow();
        timer.shutdownNow();
    }

    private void committed(List<LoggedEffect> effects) {
        if (here) {
            events.committed(effects);
        }
    }

    private Subscription subscribe() throws InterruptedException {
        Subscription subscription =
                new Subscription("s", Wildcard.of("*"), new Deliveries(talk.connection(), 1 << 20));
        events.add(subscription);
        subscription.begin(Replay.none(events.newest()));
        return subscription;
    }

    private void publish(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            published++;
            var _ =
                    log.commit(
                            new Commit(
                                    "run" + published,
                                    Transaction.NONE,
                                    List.of(
                                            new Commit.NewEffect(
                                                    "publish",
                                                    "{\"topic\":\"t\",\"data\":1}",
                                                    false)),
                                    Optional.empty(),
                                    Optional.empty()));
        }
    }

    private void publishElsewhere(int times) throws InterruptedException {
        here = false;
        publish(times);
        here = true;
    }

    /// The next event's `prev` and number.
    private List<Long> received() throws Exception {
        var params = Json.parse(talk.receive()).path("params");
        return List.of(params.path("prev").asLong(), params.path("seq").asLong());
    }

    private void assertReceived(long from, long to) throws Exception {
        for (long number = from; number <= to; number++) {
            assertThat(received()).containsExactly(number - 1, number);
        }
    }

    @Test
    void areReadFromTheLogInTheirPlace() throws Exception {
        var _ = subscribe();
        publish(2);
        publishElsewhere(100);
        publish(3);
        assertReceived(1, 105);
    }

    @Test
    void areReadWhenItIsSaidThatTheyAreThere() throws Exception {
        var _ = subscribe();
        publishElsewhere(3);
        events.committedElsewhere(3);
        assertReceived(1, 3);
        publishElsewhere(1);
        events.check();
        assertReceived(4, 4);
    }

    @Test
    void comeOnceHoweverOftenItIsSaid() throws Exception {
        var _ = subscribe();
        publish(1);
        events.committedElsewhere(1);
        events.check();
        publishElsewhere(1);
        events.check();
        events.committedElsewhere(2);
        events.committedElsewhere(1);
        publish(1);
        assertReceived(1, 3);
        assertThat(talk.unreceived()).isEmpty();
    }

    @Test
    void areAGapOnlyWhereTheLogHasThemNoMore() throws Exception {
        var _ = subscribe();
        publish(1);
        assertReceived(1, 1);
        publishElsewhere(1_200);
        events.committedElsewhere(1_201);
        List<Long> first = received();
        assertThat(first.get(0)).isEqualTo(first.get(1) - 1).isGreaterThan(1);
        assertReceived(first.get(1) + 1, 1_201);
        publish(1);
        assertReceived(1_202, 1_202);
    }

    @Test
    void areNothingToWhoSubscribesLater() throws Exception {
        Subscription first = subscribe();
        publish(1);
        assertReceived(1, 1);
        first.end();
        events.remove(first);
        publishElsewhere(5);
        events.committedElsewhere(6);
        publish(1);
        var _ = subscribe();
        publishElsewhere(1);
        publish(1);
        assertReceived(8, 9);
    }

    @Test
    void areNotReadWhileNobodySubscribes() throws Exception {
        publish(1);
        publishElsewhere(1);
        events.committedElsewhere(2);
        events.check();
        assertThat(events.isWanted()).isFalse();
        assertThat(events.newest()).isEqualTo(2);
    }
}
