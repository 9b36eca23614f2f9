package io.circles.script.worker;

import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage;
import io.circles.script.wire.Fields;
import io.circles.script.wire.UnreadableMessage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A child process and the server's end of its link.
///
/// A thread of its own receives, and never sends; what is sent, its [Sender] sends.
/// The scheduler's lock guards `inFlight`, `lastId`, `lane`, `guilty`, `warming`, `lastWarming`,
/// `warmed`, `idleSince` and `gone`. The process has ended before its end is told.
final class Worker {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final Duration TIME_TO_END = Duration.ofSeconds(2);
    private static final int BUFFER = 1 << 16;

    /// Who is told what the worker says and is sent, on the worker's own threads; none of it blocks
    /// or sends.
    interface Listener {
        /// A run, or a `warm`, has its answer.
        void answered(Worker worker, long id, RpcMessage answer) throws UnreadableMessage;

        /// A run is about to be sent.
        ///
        /// @return false if it is not to be sent any more
        boolean sending(PoolRun run, PoolRun.Assigned assigned);

        /// A run could not be sent.
        void notSent(PoolRun.Assigned assigned, CircleException why);

        /// A run is about to send something to another machine.
        void sentHttp(Worker worker, long id);

        /// A run has used much of a processor or of memory, and goes on.
        void heavy(Worker worker, long id);

        /// A run does not end, so the worker will.
        void ending(Worker worker, long id);

        /// The process has ended.
        void ended(Worker worker, int exitCode);
    }

    private final Process process;
    private final WorkerLink link;
    private final ErrorLines errors;
    private final Sender sender;
    private final Listener listener;
    private final CompletableFuture<String> ready = new CompletableFuture<>();

    final Map<Long, PoolRun> inFlight = new HashMap<>();
    long lastId;
    @Nullable Lane lane;
    /// The run that ends it; 0 as long as none does.
    long guilty;

    /// The `warm` that it has not answered, below zero; 0 when there is none.
    long warming;
    long lastWarming;
    int warmed;
    long idleSince = System.nanoTime();

    /// Whether its end has been told.
    boolean gone;

    Worker(Process process, Listener listener) {
        this.process = process;
        this.listener = listener;
        this.link =
                new WorkerLink(
                        process.getInputStream(),
                        new BufferedOutputStream(process.getOutputStream(), BUFFER));
        this.errors = new ErrorLines(process.pid(), process.getErrorStream());
        this.sender = new Sender(this, link, listener);
    }

    /// Begins to listen to the child.
    void start() {
        daemon("worker-" + pid() + "-errors", errors::read);
        daemon("worker-" + pid(), this::receiveAll);
        sender.start();
    }

    private static void daemon(String name, Runnable task) {
        Thread.ofPlatform().daemon().name(name).start(task);
    }

    long pid() {
        return process.pid();
    }

    /// How the child runs scripts, as soon as it takes jobs; fails when it has ended before.
    CompletableFuture<String> ready() {
        return ready;
    }

    /// A run that it has and has not answered.
    Optional<PoolRun> inFlightRun(long id) {
        return Optional.ofNullable(inFlight.get(id));
    }

    // ---------------------------------------------------------------- anyone; none of it blocks

    /// Sends a job. When the child is gone, its end says what becomes of the job.
    void run(PoolRun run, PoolRun.Assigned assigned) {
        sender.put(run, assigned);
    }

    /// Cancels a job, after it was sent.
    void cancel(long id) {
        sender.put(new RpcMessage.Notification(Methods.CANCEL, Json.object().put("id", id)));
    }

    /// Cancels a job if it can be cancelled, after it was sent.
    void ask(long id) {
        sender.put(new RpcMessage.Notification(Methods.ASK, Json.object().put("id", id)));
    }

    /// Answers a run that is about to send something to another machine.
    void go(long id, boolean may) {
        sender.put(
                new RpcMessage.Notification(
                        Methods.GO, Json.object().put("id", id).put("may", may)));
    }

    /// Has the child play scripts of its own for a moment.
    ///
    /// @param id below zero: those of runs are above
    void warm(long id, int from, Duration atMost) {
        sender.put(
                new RpcMessage.Request(
                        RpcId.of(id),
                        Methods.WARM,
                        Json.object().put("from", from).put("at_most_ms", atMost.toMillis())));
    }

    /// Has the child give way to other processes from now on.
    void giveWay() {
        var _ = Thread.startVirtualThread(() -> Niceness.lower(pid()));
    }

    /// Ends the child at once. Does not wait.
    void kill(String why, @Nullable Throwable cause) {
        if (process.isAlive()) {
            log.atWarn()
                    .addKeyValue("pid", pid())
                    .addKeyValue("why", why)
                    .setCause(cause)
                    .log("a worker is ended");
        }
        process.destroyForcibly();
    }

    /// Lets the child end by itself.
    void dismiss() {
        link.close();
    }

    /// Ends the child, by force if it does not end by itself.
    void close() {
        // whoever is sending may hold the link, and wait for a child that does not read
        var _ = Thread.ofPlatform().daemon().name("worker-" + pid() + "-end").start(this::dismiss);
        try {
            if (!process.waitFor(TIME_TO_END)) {
                process.destroyForcibly();
                process.waitFor(TIME_TO_END);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    // ---------------------------------------------------------------- the thread that receives

    private void receiveAll() {
        try {
            Optional<RpcMessage> message = link.receive();
            while (message.isPresent()) {
                receive(message.get());
                message = link.receive();
            }
        } catch (IOException | RuntimeException e) {
            kill("what it says cannot be read", e);
        } finally {
            end();
        }
    }

    private void receive(RpcMessage message) throws UnreadableMessage {
        switch (message) {
            case RpcMessage.Success success ->
                    listener.answered(this, JobServer.number(success.id()), success);
            case RpcMessage.Failure failure ->
                    listener.answered(this, JobServer.number(failure.id()), failure);
            case RpcMessage.Notification note -> note(note.method(), Fields.of(note.params()));
            case RpcMessage.Request request ->
                    throw new UnreadableMessage("a worker asks for nothing: " + request.method());
        }
    }

    private void note(String method, Fields params) throws UnreadableMessage {
        switch (method) {
            case Methods.READY -> ready.complete(params.text("implementation"));
            case Methods.SENT -> listener.sentHttp(this, params.number("id"));
            case Methods.HEAVY -> listener.heavy(this, params.number("id"));
            case Methods.ENDING -> listener.ending(this, params.number("id"));
            case String other -> throw new UnreadableMessage("a worker does not say " + other);
        }
    }

    private void end() {
        sender.end();
        int exitCode = exitCode();
        ready.completeExceptionally(
                new IOException("exit code %d: %s".formatted(exitCode, errors.summary())));
        listener.ended(this, exitCode);
    }

    /// The exit code of a child that has ended.
    OptionalInt ended() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    private int exitCode() {
        boolean interrupted = false;
        while (true) {
            try {
                if (!process.waitFor(TIME_TO_END.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
                int exitCode = process.waitFor();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return exitCode;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
