package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.client.CircleClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A circle's module is replaced while it is being called.
class ReloadIT {
    private static final int CLIENTS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private LastingCircle circle;

    /// Both versions of what it imports are there all the time, so that the change of one file is
    /// the change of all of it.
    private static String main(int version) {
        return """
               import {name} from './v%1$d/name.js';
               const before = %1$d;
               function pause(ms) { return new Promise((resolve) => setTimeout(resolve, ms)); }
               export async function versions(ms) {
                 const first = before;
                 await pause(ms);
                 const {late} = await import('./v%1$d/late.js');
                 return [first, after, name, late].join();
               }
               const after = %1$d;
               """
                .formatted(version);
    }

    @BeforeEach
    void start() throws Exception {
        circle = new LastingCircle(folder, main(1));
        for (int version = 1; version <= 4; version++) {
            circle.write("v%d/name.js".formatted(version), "export const name = " + version + ";");
            circle.write("v%d/late.js".formatted(version), "export const late = " + version + ";");
        }
        circle.start();
    }

    @AfterEach
    void stop() {
        circle.close();
        threads.shutdownNow();
    }

    private static String versions(CircleClient client, int ms) throws InterruptedException {
        return client.call("versions", ms).output();
    }

    private void reload(int version) throws Exception {
        circle.write("main.js", main(version));
        await().atMost(PATIENCE)
                .until(() -> circle.process().err().split("module reloaded", -1).length == version);
    }

    @Test
    void eachCallIsOfOneVersionFromItsBeginningToItsEnd() throws Exception {
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
        for (int version = 2; version <= 4; version++) {
            await().atMost(PATIENCE).until(answers::size, size -> size >= 1);
            reload(version);
            try (CircleClient client = circle.connectMember()) {
                assertThat(versions(client, 0)).isEqualTo(all(version));
            }
        }
        enough.countDown();
        for (Future<?> client : clients) {
            var _ = client.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(answers).contains(all(1)).isSubsetOf(all(1), all(2), all(3), all(4));
    }

    private static String all(int version) {
        return "%1$d,%1$d,%1$d,%1$d".formatted(version);
    }

    @Test
    void aCallInFlightEndsWithTheModuleThatItBeganWith() throws Exception {
        try (CircleClient one = circle.connectMember();
                CircleClient two = circle.connectMember()) {
            Future<String> inFlight = threads.submit(() -> versions(one, 15_000));
            await().atMost(PATIENCE).until(() -> versions(two, 0).equals(all(1)));
            var _ = one.whoami(); // what came before it on this connection has begun

            reload(2);

            assertThat(versions(two, 0)).isEqualTo(all(2));
            assertThat(inFlight.isDone()).as("the call was shorter than the reload").isFalse();
            assertThat(inFlight.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(all(1));
        }
    }
}
