package io.circles.script.redis;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptEnvironment;
import io.circles.script.wire.JobCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/// Writes jobs to their streams and takes them back, all that has come meanwhile in one
/// transaction: whoever waits for jobs gets all of them together, where of single commands each
/// would wake him.
///
/// Putting in never blocks. What waits is bounded by what may be in flight. All else is the
/// thread's.
final class JobSender implements RedisThread.Work, Dispatch.Outbox {
    private static final Logger log = LoggerFactory.getLogger(JobSender.class);
    private static final int MOST_AT_ONCE = 64;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MOST_CANCELS = 10_000;
    private static final Duration CANCEL_LIFE = Duration.ofMinutes(1);

    private sealed interface Item {}

    private record Send(RemoteRun run) implements Item {}

    private record Cancel(RemoteRun run) implements Item {}

    private final RedisConnections connections;
    private volatile @Nullable Dispatch dispatch;
    private final Gathering<Item> items = new Gathering<>(MOST_AT_ONCE, () -> dispatch().running());
    private final StoredEnvironments environments;
    private final JobCodec codec = new JobCodec();
    private final Notices notices = new Notices(System::nanoTime);

    JobSender(RedisConnections connections) {
        this.connections = connections;
        this.environments = new StoredEnvironments(connections);
    }

    /// Says whose outbox this is, before anything else.
    void serve(Dispatch its) {
        this.dispatch = its;
    }

    @Override
    public void send(RemoteRun run) {
        items.put(new Send(run));
    }

    @Override
    public void cancel(RemoteRun run) {
        items.put(new Cancel(run));
    }

    /// Redis may have lost what was stored there. Any thread.
    void forget() {
        environments.forget();
    }

    /// Redis may have lost that environment. Any thread.
    void forget(ScriptEnvironment environment) {
        environments.forget(environment);
    }

    private Dispatch dispatch() {
        return Objects.requireNonNull(dispatch);
    }

    /// Waits until nothing is left to be sent, for so long at most.
    void awaitSent(Duration atMost) {
        long until = System.nanoTime() + atMost.toNanos();
        while (!items.isEmpty() && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Override
    public void connected(RedisLink link) {
        environments.forget();
        dispatch().redisFound();
    }

    @Override
    public void lost() {
        dispatch().redisLost();
    }

    @Override
    public void step(RedisLink link) throws InterruptedException {
        List<Item> batch = new ArrayList<>(MOST_AT_ONCE);
        items.take(batch, PAUSE);
        if (batch.isEmpty()) {
            link.ask(Command.PING);
        } else {
            write(batch, link);
        }
    }

    private void write(List<Item> batch, RedisLink link) {
        boolean told = false;
        try {
            Map<Integer, RemoteRun> written = new LinkedHashMap<>();
            Set<String> streams = new HashSet<>();
            link.begin();
            for (Item item : batch) {
                switch (item) {
                    case Send(RemoteRun run) -> write(run, written, streams, link);
                    case Cancel(RemoteRun run) -> takeBack(run, link);
                }
            }
            streams.forEach(stream -> tidy(stream, link));
            check(written, link);
            told = true;
        } finally {
            if (!told) {
                giveBack(batch);
            }
        }
    }

    /// Nobody knows how much of it Redis has: jobs fail, and are taken back for another time.
    private void giveBack(List<Item> batch) {
        for (Item item : batch) {
            switch (item) {
                case Send(RemoteRun run) ->
                        fail(run, ErrorCode.WORKER_LOST, "Worker lost: Redis was lost too");
                case Cancel _ -> items.put(item);
            }
        }
    }

    /// What may not be taken any more goes, and in time what nobody uses any more.
    private void tidy(String stream, RedisLink link) {
        long oldest = connections.clock().instant().minus(JobStreams.LIFE).toEpochMilli();
        link.send(Command.XTRIM, stream, "MINID", "~", oldest);
        link.send(Command.PEXPIRE, stream, JobStreams.LIFE.toMillis());
    }

    /// @param written where the run is put, at the place of its answer
    /// @param streams where its stream is put
    private void write(
            RemoteRun run, Map<Integer, RemoteRun> written, Set<String> streams, RedisLink link) {
        Optional<Route> route = dispatch().sending(run);
        if (route.isEmpty()) {
            return;
        }
        String stream = connections.ofThisKey(route.get().stream());
        try {
            byte[] message = sealed(run, stream, link);
            written.put(link.send(Command.XADD, stream, "*", Names.MESSAGE, message), run);
            streams.add(stream);
        } catch (RedisFailure e) {
            throw e;
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("job", run.job().id())
                    .setCause(e)
                    .log("a job cannot be written");
            fail(run, ErrorCode.INTERNAL_ERROR, "Internal error");
        }
    }

    private byte[] sealed(RemoteRun run, String stream, RedisLink link) {
        String environment = environments.hash(run.job().environment(), link);
        Instant submitted = connections.clock().instant().minusNanos(run.age(System.nanoTime()));
        byte[] body =
                JobMessage.written(
                        run.job(),
                        new RunKey(connections.self(), run.number()),
                        environment,
                        submitted.plus(run.mayWait()),
                        codec);
        Instant until = submitted.plus(run.mayTake());
        return connections.seal().seal(Purpose.JOB, stream, until, body);
    }

    private void takeBack(RemoteRun run, RedisLink link) {
        RunKey key = new RunKey(connections.self(), run.number());
        Instant until = connections.clock().instant().plus(CANCEL_LIFE);
        String cancels = connections.name(Names.CANCELS);
        byte[] message =
                connections.seal().seal(Purpose.CANCEL, cancels, until, JobMessage.cancel(key));
        link.send(Command.XADD, cancels, "MAXLEN", "~", MOST_CANCELS, "*", Names.MESSAGE, message);
        link.send(Command.PEXPIRE, cancels, CANCEL_LIFE.toMillis());
    }

    private void check(Map<Integer, RemoteRun> written, RedisLink link) {
        try {
            List<@Nullable Object> answers = link.commit();
            written.forEach(
                    (place, run) -> {
                        if (answers.get(place) instanceof RedisFailure why) {
                            refused(run, why);
                        }
                    });
        } catch (RedisFailure e) {
            if (e.isLost()) {
                throw e;
            }
            environments.forget(); // one of them may not be there
            // what was to be taken back goes on to its end: nobody waits for it
            written.values().forEach(run -> refused(run, e));
        }
    }

    private void refused(RemoteRun run, RedisFailure why) {
        fail(run, ErrorCode.NO_WORKER, "No worker: Redis takes no jobs at the moment");
        if (notices.isDue(String.valueOf(why.getMessage()))) {
            log.atWarn()
                    .addKeyValue("job", run.job().id())
                    .addKeyValue("why", why.getMessage())
                    .log("Redis takes no jobs");
        }
    }

    private void fail(RemoteRun run, ErrorCode code, String message) {
        dispatch().notSent(run, new CircleException(code, message));
    }
}
