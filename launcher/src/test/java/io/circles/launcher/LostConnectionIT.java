package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.circles.client.CircleClient;
import io.circles.client.ConnectionLostException;
import io.circles.protocol.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A connection that ends takes its runs with it. A run says that it has begun by an HTTP request
/// to this test; there is one thread for scripts, so that who comes next shows that it is free.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostConnectionIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String WAITS =
            "await new Promise((resolve) => setTimeout(resolve, args.ms));";
    private static final String SPINS =
            "const end = Date.now() + args.ms; while (Date.now() < end);";

    private final Semaphore begun = new Semaphore(0);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer listener;
    private LastingCircle circle;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        listener.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                    begun.release();
                });
        listener.start();
        circle = new LastingCircle(folder, "export const nothing = 0;");
        circle.file()
                .putObject("workers")
                .put("count", 1)
                .put("threads", 1)
                .put("spares", 0)
                .put("warm_plays", 0)
                .put("compiled", false);
        circle.circle().putObject("http").putArray("allow").add(address());
        circle.start();
    }

    @AfterAll
    void stop() {
        circle.close();
        listener.stop(0);
        threads.shutdownNow();
    }

    private String address() {
        return "127.0.0.1:" + listener.getAddress().getPort();
    }

    /// A play that writes after some time.
    private Future<?> writing(CircleClient client, String how, String key, long ms)
            throws InterruptedException {
        String script =
                "(async () => { await http.fetch(args.begun); %s state.set(args.key, 1); })()"
                        .formatted(how);
        var args =
                Json.object()
                        .put("begun", "http://" + address() + "/")
                        .put("key", key)
                        .put("ms", ms);
        Future<?> play = threads.submit(() -> client.play(script, args));
        assertThat(begun.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return play;
    }

    private static String written(CircleClient client, String key) throws InterruptedException {
        return client.play("String(state.get(args))", key).output();
    }

    @Test
    void aRunWhoseConnectionIsClosedWritesNothing() throws Exception {
        Duration aWhile = Duration.ofSeconds(3);
        try (CircleClient other = circle.connectMember()) {
            CircleClient closed = circle.connectMember();
            Future<?> lost = writing(closed, WAITS, "lost", aWhile.toMillis());
            Instant due = Instant.now().plus(aWhile);
            closed.close();
            assertThatThrownBy(lost::get).hasCauseInstanceOf(ConnectionLostException.class);

            Future<?> kept = writing(other, WAITS, "kept", aWhile.toMillis());
            await().atMost(PATIENCE).until(kept::isDone);
            assertThat(Instant.now()).isAfter(due);
            assertThat(written(other, "kept")).isEqualTo("1");
            assertThat(written(other, "lost")).isEqualTo("undefined");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {WAITS, SPINS})
    void itsThreadIsFreeAgain(String how) throws Exception {
        Duration aLongTime = Duration.ofSeconds(50);
        try (CircleClient other = circle.connectMember()) {
            CircleClient closed = circle.connectMember();
            Future<?> lost = writing(closed, how, "lost", aLongTime.toMillis());
            Instant due = Instant.now().plus(aLongTime);
            closed.close();

            assertThat(written(other, "lost")).isEqualTo("undefined");
            assertThat(Instant.now()).isBefore(due.minusSeconds(20));
            assertThatThrownBy(lost::get).hasCauseInstanceOf(ConnectionLostException.class);
        }
    }
}
