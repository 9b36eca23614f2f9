package io.circles.script.worker;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.engine.GraalScriptExecutor;
import io.circles.script.engine.RunWatcher;
import io.circles.script.wire.EnvironmentCodec;
import io.circles.script.wire.Fields;
import io.circles.script.wire.JobCodec;
import io.circles.script.wire.OutcomeCodec;
import io.circles.script.wire.UnreadableMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The child's end of the link: hands jobs to the executor's threads, which answer themselves.
///
/// One thread receives (`serve`), owns `environments` and never sends. Results that follow each
/// other go together, at the latest when the guard looks next. `running` has each run from
/// before it is submitted until just before its answer is sent. `ending` is set once, by the
/// executor's guard, which then answers the guilty run; that answer ends the process.
final class JobServer implements RunWatcher {
    private static final Logger log = LoggerFactory.getLogger(JobServer.class);

    /// Exit code after a script that does not end.
    static final int ENDED_BY_SCRIPT = 4;

    private static final int EXIT_UNREADABLE = 5;

    /// Environments that may be loaded at a time; the server unloads those it has not used.
    static final int MOST_ENVIRONMENTS = 512;

    private static final Duration GRACE = Duration.ofMillis(1_500);

    private static final Duration TIME_TO_GO = Duration.ofSeconds(5);

    private final WorkerLink link;
    private final int threads;
    private final JobCodec jobs = new JobCodec();
    private final Map<Long, ScriptEnvironment> environments = new HashMap<>();
    private final ConcurrentMap<Long, Running> running = new ConcurrentHashMap<>();
    private volatile @Nullable ScriptJob ending;

    private static final class Running {
        final ScriptJob job;
        final AtomicBoolean asked = new AtomicBoolean();
        final CompletableFuture<Boolean> mayGo = new CompletableFuture<>();
        volatile GraalScriptExecutor.@Nullable Submitted submitted;

        Running(ScriptJob job) {
            this.job = job;
        }

        /// Two runs may have equal jobs.
        @SuppressWarnings("ReferenceEquality")
        boolean runs(@Nullable ScriptJob that) {
            return job == that;
        }
    }

    /// @param threads how many scripts run at once, 1 or more
    JobServer(WorkerLink link, int threads) {
        this.link = link;
        this.threads = threads;
    }

    /// Serves until the server ends the link.
    ///
    /// @throws UnreadableMessage if the server does not speak as it should
    void serve() throws IOException, InterruptedException {
        try (GraalScriptExecutor executor = new GraalScriptExecutor(threads, 2 * threads, this)) {
            WarmUp warmUp = new WarmUp(executor);
            warmUp.play(0);
            link.send(
                    new RpcMessage.Notification(
                            Methods.READY,
                            Json.object()
                                    .put("implementation", executor.description())
                                    .put("version", Runtime.version().toString())));
            Optional<RpcMessage> message = link.receive();
            while (message.isPresent()) {
                receive(message.get(), executor, warmUp);
                message = link.receive();
            }
            Runtime.getRuntime().halt(0);
        }
    }

    private void receive(RpcMessage message, GraalScriptExecutor executor, WarmUp warmUp)
            throws UnreadableMessage {
        switch (message) {
            case RpcMessage.Notification n -> note(n.method(), Fields.of(n.params()));
            case RpcMessage.Request r when r.method().equals(Methods.RUN) ->
                    run(number(r.id()), Fields.of(r.params()), executor);
            case RpcMessage.Request r when r.method().equals(Methods.WARM) ->
                    warm(r.id(), Fields.of(r.params()), warmUp);
            case RpcMessage.Request r -> throw new UnreadableMessage("no method " + r.method());
            case RpcMessage.Success _, RpcMessage.Failure _ ->
                    throw new UnreadableMessage("an answer to nothing");
        }
    }

    static long number(RpcId id) throws UnreadableMessage {
        try {
            return Long.parseLong(id.json());
        } catch (NumberFormatException e) {
            throw new UnreadableMessage("an id that is no number", e);
        }
    }

    private void note(String method, Fields params) throws UnreadableMessage {
        switch (method) {
            case Methods.LOAD -> load(params);
            case Methods.UNLOAD -> environments.remove(params.number("id"));
            case Methods.CANCEL -> end(params.number("id"), GraalScriptExecutor.Submitted::cancel);
            case Methods.ASK -> end(params.number("id"), GraalScriptExecutor.Submitted::ask);
            case Methods.GO -> go(params.number("id"), params.truth("may"));
            case String other -> throw new UnreadableMessage("no method " + other);
        }
    }

    private void load(Fields params) throws UnreadableMessage {
        if (environments.size() == MOST_ENVIRONMENTS) {
            throw new UnreadableMessage("more than " + MOST_ENVIRONMENTS + " environments");
        }
        environments.put(params.number("id"), EnvironmentCodec.decode(params));
    }

    private void end(long id, Consumer<GraalScriptExecutor.Submitted> how) {
        Running run = running.get(id);
        GraalScriptExecutor.Submitted submitted = run == null ? null : run.submitted;
        if (submitted != null) {
            // what has not begun is answered at once, which this thread must not do
            var _ = Thread.startVirtualThread(() -> how.accept(submitted));
        }
    }

    private void go(long id, boolean may) {
        Running run = running.get(id);
        if (run != null) {
            run.mayGo.complete(may);
        }
    }

    private void run(long id, Fields params, GraalScriptExecutor executor)
            throws UnreadableMessage {
        ScriptEnvironment environment = environments.get(params.number(0));
        if (environment == null) {
            throw new UnreadableMessage("an environment that was not loaded");
        }
        ScriptJob job = jobs.decode(params, 1, environment);
        Running run = new Running(job);
        running.put(id, run);
        try {
            run.submitted =
                    executor.submit(job, (outcome, failure) -> answer(id, outcome, failure));
        } catch (CircleException refused) {
            var _ = Thread.startVirtualThread(() -> answer(id, null, refused));
        }
    }

    private void warm(RpcId id, Fields params, WarmUp warmUp) throws UnreadableMessage {
        int from = params.smallNumber("from");
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(params.number("at_most_ms"));
        Thread.ofPlatform()
                .daemon()
                .name("warm-up")
                .start(
                        () ->
                                send(
                                        new RpcMessage.Success(
                                                id, Json.tree(warm(warmUp, from, until)))));
    }

    /// @return how many were played before there was something else to do
    private int warm(WarmUp warmUp, int from, long until) {
        int played = 0;
        try {
            while (System.nanoTime() - until < 0 && running.isEmpty()) {
                warmUp.play(from + played);
                played++;
            }
        } catch (InterruptedException | CircleException e) {
            log.atDebug().setCause(e).log("warming up stopped");
        }
        return played;
    }

    // ---------------------------------------------------------------- the executor's threads

    private void answer(
            long id, @Nullable ScriptOutcome outcome, @Nullable RuntimeException failure) {
        Running run = running.remove(id);
        try {
            byte[] line = answer(RpcId.of(id), outcome, failure);
            // a result comes from a script's thread, which pauses soon; and what has sent something
            // must not be lost to whatever another script does to this process
            if (outcome != null && run != null && !run.asked.get()) {
                link.put(line);
            } else {
                link.send(line);
            }
        } catch (IOException | RuntimeException e) {
            halt(e);
        }
        if (run != null && run.runs(ending)) {
            Runtime.getRuntime().halt(ENDED_BY_SCRIPT);
        }
    }

    private static byte[] answer(
            RpcId id, @Nullable ScriptOutcome outcome, @Nullable RuntimeException failure) {
        try {
            if (outcome != null) {
                return WorkerLink.line(new RpcMessage.Success(id, OutcomeCodec.encode(outcome)));
            }
        } catch (CircleException tooBig) {
            return WorkerLink.line(new RpcMessage.Failure(id, tooBig.error()));
        }
        return WorkerLink.line(new RpcMessage.Failure(id, told(failure).error()));
    }

    private static CircleException told(@Nullable RuntimeException failure) {
        if (failure instanceof CircleException known) {
            return known;
        }
        log.atError().setCause(failure).log("a run failed in the engine");
        return new CircleException(ErrorCode.INTERNAL_ERROR);
    }

    @Override
    public Duration grace() {
        return GRACE;
    }

    @Override
    public void overdue(ScriptJob job) {
        ending = job;
        tell(Methods.ENDING, job);
    }

    @Override
    public void heavy(ScriptJob job) {
        tell(Methods.HEAVY, job);
    }

    @Override
    public void sending(ScriptJob job) {
        for (Map.Entry<Long, Running> run : running.entrySet()) {
            if (run.getValue().runs(job)) {
                awaitGo(run.getKey(), run.getValue());
                return;
            }
        }
    }

    @Override
    public void pause() {
        try {
            link.flush();
        } catch (IOException e) {
            halt(e);
        }
    }

    private void awaitGo(long id, Running run) {
        if (run.asked.compareAndSet(false, true)) {
            send(new RpcMessage.Notification(Methods.SENT, Json.object().put("id", id)));
        }
        boolean may;
        try {
            may = run.mayGo.get(TIME_TO_GO.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            throw new CancellationException("the run has ended");
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the server does not say whether it may send", e);
        }
        if (!may) {
            throw new CancellationException("another worker has the run");
        }
    }

    /// Of a run that has just been answered there is nothing to tell.
    private void tell(String method, ScriptJob job) {
        for (Map.Entry<Long, Running> run : running.entrySet()) {
            if (run.getValue().runs(job)) {
                send(new RpcMessage.Notification(method, Json.object().put("id", run.getKey())));
                return;
            }
        }
    }

    private void send(RpcMessage message) {
        try {
            link.send(message);
        } catch (IOException e) {
            halt(e);
        }
    }

    /// Without its server a worker has nothing to do.
    private static void halt(Exception why) {
        log.atDebug().setCause(why).log("the link is gone");
        Runtime.getRuntime().halt(EXIT_UNREADABLE);
    }
}
