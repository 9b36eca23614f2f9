package io.circles.script.redis;

import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.WorkerCounts;
import io.circles.script.engine.GraalScriptExecutor;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/// A node and a worker with a Redis between them. What the worker knows of a circle is what the job
/// was given here, as if both had the same configuration.
final class Joined implements ScriptExecutor {
    /// A caller may have an eighth of the places.
    private static final int CALLERS_SHARE = 8;

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final AtomicInteger OPENED = new AtomicInteger();

    private final Map<String, LocalCircle> known = new ConcurrentHashMap<>();
    private final RedisConnections connections;
    final RedisScriptExecutor node;
    final RedisWorker worker;

    private Joined(
            RedisServer redis,
            Function<Consumer<ScriptJob>, ScriptExecutor> executor,
            int threads,
            int waiting) {
        String prefix = "joined" + OPENED.incrementAndGet();
        this.worker =
                new RedisWorker(
                        redis.connections(prefix),
                        executor,
                        threads,
                        threads,
                        Set.of(),
                        name -> Optional.ofNullable(known.get(name)));
        this.connections = redis.connections(prefix);
        this.node = new RedisScriptExecutor(connections, CALLERS_SHARE * waiting);
    }

    /// Those of the node.
    RedisConnections connections() {
        return connections;
    }

    static Joined open(RedisServer redis, int threads, int waiting) {
        return open(redis, _ -> new GraalScriptExecutor(threads, 2 * threads), threads, waiting);
    }

    static Joined open(
            RedisServer redis,
            Function<Consumer<ScriptJob>, ScriptExecutor> executor,
            int threads,
            int waiting) {
        Joined joined = new Joined(redis, executor, threads, waiting);
        try {
            if (!joined.worker.executor().awaitReady(LONG) || !joined.awaitReady(LONG)) {
                joined.close();
                throw new IllegalStateException("no worker has started");
            }
            return joined;
        } catch (InterruptedException e) {
            throw new IllegalStateException("the test ran out of time", e);
        }
    }

    @Override
    public ScriptOutcome execute(ScriptJob job) throws InterruptedException {
        ScriptEnvironment environment = job.environment();
        known.put(
                environment.name(),
                new LocalCircle(_ -> environment.state(), environment.secrets()));
        return node.execute(job);
    }

    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return node.awaitReady(atMost);
    }

    @Override
    public Optional<WorkerCounts> workers() {
        return node.workers();
    }

    @Override
    public String description() {
        return node.description();
    }

    @Override
    public void close() {
        node.close();
        worker.close();
    }
}
