package io.circles.script.redis;

import io.circles.script.ScriptExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol.Command;

/// Says again and again that this worker is there and has its jobs, and takes over those of workers
/// that have not said so for a while. Confined to its thread.
final class JobKeeper implements RedisThread.Work {
    /// After so long without a word a worker is gone, for other workers.
    static final Duration LEASE = Duration.ofSeconds(3);

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration NOTE_LIFE = Duration.ofSeconds(3);
    private static final Duration NOTES_LIFE = Duration.ofHours(1);
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);
    private static final int MOST_AT_ONCE = 64;

    private final RedisConnections connections;
    private final WorkerNote note;
    private final JobStreams streams;
    private final WorkerRuns runs;
    private final JobIntake intake;
    private final ShortCommands commands;
    private final ScriptExecutor executor;
    private volatile boolean leaving;
    private volatile boolean left;
    private long connectedAt;
    private Instant cleaned = Instant.EPOCH;

    JobKeeper(
            RedisConnections connections,
            WorkerNote note,
            JobStreams streams,
            WorkerRuns runs,
            JobIntake intake,
            ShortCommands commands,
            ScriptExecutor executor) {
        this.executor = executor;
        this.connections = connections;
        this.note = note;
        this.streams = streams;
        this.runs = runs;
        this.intake = intake;
        this.commands = commands;
    }

    @Override
    public void connected(RedisLink link) {
        connectedAt = System.nanoTime();
        streams.create(link);
    }

    @Override
    public void step(RedisLink link) throws InterruptedException {
        connections.measure(link);
        boolean works = !leaving && executor.awaitReady(Duration.ZERO);
        tell(works, link);
        try {
            for (String stream : streams.names()) {
                renew(stream, link);
                if (works && othersCouldRenew()) {
                    takeOver(stream, link);
                }
            }
            clean(link);
        } catch (RedisFailure e) {
            if (!e.isNoGroup()) {
                throw e;
            }
            streams.create(link);
        }
        Thread.sleep(PAUSE);
    }

    /// Where Redis was away for all, nobody could say that it has its jobs: first all may do so.
    private boolean othersCouldRenew() {
        return System.nanoTime() - connectedAt > LEASE.toNanos();
    }

    /// That it works, or not any more.
    private void tell(boolean works, RedisLink link) {
        if (!works) {
            boolean forEver = leaving;
            link.ask(Command.HDEL, connections.name(Names.WORKERS), connections.self());
            left = forEver;
            return;
        }
        Instant until = connections.clock().instant().plus(NOTE_LIFE);
        String self = connections.self();
        String about = connections.name(Names.worker(self));
        byte[] message = connections.seal().seal(Purpose.WORKER, about, until, note.written());
        link.ask(Command.HSET, connections.name(Names.WORKERS), self, message);
        link.ask(Command.PEXPIRE, connections.name(Names.WORKERS), NOTES_LIFE.toMillis());
    }

    /// From now on it only finishes what it has. Any thread.
    void leave() {
        leaving = true;
    }

    /// Whether it has said that it leaves. Any thread.
    boolean hasLeft() {
        return left;
    }

    private void renew(String stream, RedisLink link) {
        link.send(Command.PEXPIRE, stream, JobStreams.LIFE.toMillis());
        runs.all().stream()
                .filter(run -> run.entry().stream().equals(stream))
                .filter(run -> run.age() > PAUSE.toNanos())
                .forEach(run -> renew(run.entry(), link));
        for (Object answer : link.answers()) {
            if (answer instanceof RedisFailure failure) {
                throw failure;
            }
        }
    }

    private void renew(StreamEntry entry, RedisLink link) {
        link.send(
                Command.XCLAIM,
                entry.stream(),
                Names.GROUP,
                connections.self(),
                0,
                entry.id(),
                "JUSTID");
    }

    private void takeOver(String stream, RedisLink link) {
        Set<String> mine =
                runs.all().stream().map(run -> run.entry().id()).collect(Collectors.toSet());
        Object pending =
                link.ask(
                        Command.XPENDING,
                        stream,
                        Names.GROUP,
                        "IDLE",
                        LEASE.toMillis(),
                        "-",
                        "+",
                        MOST_AT_ONCE);
        for (Object each : RedisLink.list(pending)) {
            List<@Nullable Object> entry = RedisLink.list(each);
            String id = RedisLink.text(entry.get(0));
            if (!mine.contains(id)) {
                takeOver(stream, id, Long.parseLong(RedisLink.text(entry.get(3))), link);
            }
        }
    }

    /// Of several workers that try Redis lets one have it. It counts as delivered when it is run.
    private void takeOver(String stream, String id, long deliveries, RedisLink link) {
        Object claimed =
                link.ask(
                        Command.XCLAIM,
                        stream,
                        Names.GROUP,
                        connections.self(),
                        LEASE.toMillis(),
                        id,
                        "RETRYCOUNT",
                        deliveries);
        StreamEntry.of(stream, claimed)
                .forEach(entry -> intake.takeOver(entry, deliveries, commands, link));
    }

    /// Has Redis forget workers that have been gone for long.
    private void clean(RedisLink link) {
        Instant now = connections.clock().instant();
        if (Duration.between(cleaned, now).compareTo(FORGOTTEN) < 0) {
            return;
        }
        cleaned = now;
        for (String stream : streams.names()) {
            for (Object each :
                    RedisLink.list(link.ask(Command.XINFO, "CONSUMERS", stream, Names.GROUP))) {
                List<@Nullable Object> consumer = RedisLink.list(each);
                long pending = Long.parseLong(RedisLink.text(consumer.get(3)));
                long idle = Long.parseLong(RedisLink.text(consumer.get(5)));
                if (pending == 0 && idle > FORGOTTEN.toMillis()) {
                    link.ask(
                            Command.XGROUP,
                            "DELCONSUMER",
                            stream,
                            Names.GROUP,
                            RedisLink.text(consumer.get(1)));
                }
            }
        }
    }
}
