package io.circles.script.redis;

import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.contract.CancellationContract.Call;
import io.circles.script.contract.Plays;
import io.circles.script.engine.GraalScriptExecutor;
import io.circles.script.worker.WorkerPool;
import io.circles.script.worker.WorkerSettings;
import io.circles.testing.TestRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// A worker or a node in a process of its own, to be ended in every way.
final class RedisProcess implements AutoCloseable {
    private static final int THREADS = 2;
    private static final WorkerSettings CHILDREN =
            WorkerSettings.defaults()
                    .withWorkers(1)
                    .withThreads(THREADS)
                    .withSpares(0)
                    .withWarmPlays(0);

    private final Process process;

    private RedisProcess(Process process) {
        this.process = process;
    }

    /// What runs in it.
    enum Kind {
        /// A worker that runs scripts itself.
        WORKER,
        /// A worker that has its scripts run in processes of their own.
        POOL,
        /// A node that has some scripts run that do not end.
        NODE
    }

    static RedisProcess start(RedisServer redis, String prefix, Kind kind) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Dpolyglot.engine.WarnInterpreterOnly=false",
                                "-cp",
                                System.getProperty("java.class.path"),
                                RedisProcess.class.getName()));
        command.addAll(List.of("" + redis.port(), prefix, kind.name()));
        try {
            return new RedisProcess(
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void main(String[] args) throws InterruptedException {
        RedisSettings settings = RedisServer.settings("redis://127.0.0.1:" + args[0], args[1]);
        RedisConnections connections =
                new RedisConnections(settings, InstantSource.system(), new SecureRandom());
        switch (Kind.valueOf(args[2])) {
            case WORKER -> work(connections, _ -> new GraalScriptExecutor(THREADS, THREADS));
            case POOL -> work(connections, departing -> new WorkerPool(CHILDREN, departing));
            case NODE -> send(connections);
        }
        Thread.currentThread().join();
    }

    private static void work(
            RedisConnections connections, Function<Consumer<ScriptJob>, ScriptExecutor> executor) {
        RedisWorker _ =
                new RedisWorker(
                        connections,
                        executor,
                        THREADS,
                        THREADS,
                        Set.of(),
                        _ -> Optional.of(new LocalCircle(_ -> Optional.empty(), Map.of())));
    }

    private static void send(RedisConnections connections) throws InterruptedException {
        RedisScriptExecutor node = new RedisScriptExecutor(connections, 64);
        node.awaitReady(Duration.ofSeconds(60));
        for (int i = 0; i < 2 * THREADS; i++) {
            Call.start(node, Plays.job("for (;;);", null, Plays.wall(2_000)));
        }
    }

    void pause() {
        TestRedis.signal("STOP", process.pid());
    }

    void goOn() {
        TestRedis.signal("CONT", process.pid());
    }

    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        process.onExit().join();
    }
}
