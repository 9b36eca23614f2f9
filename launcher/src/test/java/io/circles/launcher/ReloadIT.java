package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.circles.client.CircleClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A circle's module is replaced while it is being called. Each test begins with the version that
/// the one before has left.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReloadIT {
    private static final int CLIENTS = 4;
    private static final int RELOADS = 3;
    private static final int VERSIONS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private HttpServer listener;
    private LastingCircle circle;
    private int version = 1;

    /// All versions of what it imports are there all the time, so that the change of one file is
    /// the change of all of it.
    private static String main(int version) {
        return """
               import {name} from './v%1$d/name.js';
               const before = %1$d;
               const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
               async function versions(wait) {
                 const first = before;
                 await wait();
                 const {late} = await import('./v%1$d/late.js');
                 return [first, after, name, late].join();
               }
               export const soon = (ms) => versions(() => pause(ms));
               export const afterAnswer = (url) => versions(() => http.fetch(url));
               const after = %1$d;
               """
                .formatted(version);
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        listener.createContext("/", this::answerLate);
        listener.start();
        circle = new LastingCircle(folder, main(version));
        circle.circle().putObject("http").putArray("allow").add(address());
        for (int each = 1; each <= VERSIONS; each++) {
            circle.write("v%d/name.js".formatted(each), "export const name = " + each + ";");
            circle.write("v%d/late.js".formatted(each), "export const late = " + each + ";");
        }
        circle.start();
    }

    @AfterAll
    void stop() {
        circle.close();
        mayEnd.countDown();
        listener.stop(0);
        threads.shutdownNow();
    }

    private String address() {
        return "127.0.0.1:" + listener.getAddress().getPort();
    }

    private void answerLate(HttpExchange exchange) throws IOException {
        begun.countDown();
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private static String versions(CircleClient client, int ms) throws InterruptedException {
        return client.call("soon", ms).output();
    }

    private void reload() throws Exception {
        version++;
        circle.write("main.js", main(version));
        await().atMost(PATIENCE)
                .until(() -> circle.process().err().split("module reloaded", -1).length == version);
    }

    @Test
    void eachCallIsOfOneVersionFromItsBeginningToItsEnd() throws Exception {
        Set<String> expected = new HashSet<>();
        expected.add(all(version));
        Set<String> answers = ConcurrentHashMap.newKeySet();
        CountDownLatch enough = new CountDownLatch(1);
        Future<?>[] clients = new Future<?>[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] =
                    threads.submit(
                            () -> {
                                try (CircleClient client = circle.connectMember()) {
                                    while (enough.getCount() > 0) {
                                        answers.add(versions(client, 20));
                                    }
                                }
                                return null;
                            });
        }
        for (int i = 0; i < RELOADS; i++) {
            await().atMost(PATIENCE).until(() -> answers.contains(all(version)));
            reload();
            expected.add(all(version));
            try (CircleClient client = circle.connectMember()) {
                assertThat(versions(client, 0)).isEqualTo(all(version));
            }
        }
        enough.countDown();
        for (Future<?> client : clients) {
            var _ = client.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(answers).isSubsetOf(expected);
    }

    private static String all(int version) {
        return "%1$d,%1$d,%1$d,%1$d".formatted(version);
    }

    @Test
    void aCallInFlightEndsWithTheModuleThatItBeganWith() throws Exception {
        String before = all(version);
        try (CircleClient one = circle.connectMember();
                CircleClient two = circle.connectMember()) {
            Future<String> inFlight =
                    threads.submit(
                            () -> one.call("afterAnswer", "http://" + address() + "/").output());
            assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

            reload();

            assertThat(versions(two, 0)).isEqualTo(all(version));
            assertThat(inFlight.isDone()).isFalse();
            mayEnd.countDown();
            assertThat(inFlight.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(before);
        }
    }
}
