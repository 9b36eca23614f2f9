package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.client.CircleClient;
import io.circles.client.ClientState;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A thousand clients in one JVM, at a server of their own.
@Timeout(280)
class ManyClientsIT {
    private static final int CLIENTS = 1_000;
    private static final int AT_ONCE = 50;
    private static final long MOST_BYTES = 100_000;
    private static final int MOST_PLATFORM_THREADS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path folder;

    private final List<CircleClient> clients = new ArrayList<>();
    private LastingCircle circle;
    private int dumps;

    @BeforeEach
    void start() throws Exception {
        circle = new LastingCircle(folder, "export const nothing = 0;");
        circle.file().putObject("workers").put("count", 0);
        circle.circle().withObjectProperty("limits").put("connections", 2 * CLIENTS);
        circle.start();
    }

    @AfterEach
    void stop() throws Exception {
        circle.close();
        each(
                client -> {
                    client.close();
                    return true;
                });
    }

    private interface Doing<T> {
        T with(CircleClient client) throws InterruptedException;
    }

    private <T> List<T> each(Doing<T> what) throws Exception {
        return all(clients.stream().<Callable<T>>map(client -> () -> what.with(client)).toList());
    }

    private static <T> List<T> all(List<Callable<T>> tasks) throws Exception {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<T> done = new ArrayList<>();
            for (Future<T> task : threads.invokeAll(tasks)) {
                done.add(task.get());
            }
            return done;
        }
    }

    private static long heapBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static int platformThreads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /// The library's own threads; their names all begin with `circle`.
    private long virtualThreads() throws Exception {
        Path file = folder.resolve("threads" + dumps++);
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String pid = Long.toString(ProcessHandle.current().pid());
        assertThat(
                        new ProcessBuilder(jcmd, pid, "Thread.dump_to_file", file.toString())
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor())
                .isZero();
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.matches("#\\d+ \"circle .*\" virtual.*")).count();
        }
    }

    @Test
    void aThousandClientsAreOneVirtualThreadAndLessThan100KilobytesEachAndComeBack()
            throws Exception {
        circle.connectMember().close();
        long heapBefore = heapBytes();
        int threadsBefore = platformThreads();
        List<Callable<CircleClient>> dials = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            dials.add(() -> circle.client(circle.member()).connect());
        }
        clients.addAll(all(dials));
        assertThat(each(client -> client.play("1 + 1").output())).containsOnly("2");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(virtualThreads()).isEqualTo(CLIENTS));
        long bytes = (heapBytes() - heapBefore) / CLIENTS;
        System.out.printf(
                "%d clients: %d bytes each, %d platform threads more%n",
                CLIENTS, bytes, platformThreads() - threadsBefore);
        assertThat(bytes).isLessThan(MOST_BYTES);
        assertThat(platformThreads() - threadsBefore).isLessThan(MOST_PLATFORM_THREADS);

        circle.restart("KILL");
        assertThat(each(client -> client.whoami().authenticated())).containsOnly(true);
        assertThat(clients).allMatch(client -> client.state() instanceof ClientState.Ready);
    }
}
