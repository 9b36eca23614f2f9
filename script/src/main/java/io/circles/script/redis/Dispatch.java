package io.circles.script.redis;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptJob;
import io.circles.script.queue.Places;
import io.circles.script.queue.TurnQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Says which job is sent when: no more at a time than the workers like to have, circles in turns.
///
/// `lock` guards all of it, the routes, the shares and every run's step included. It is never held
/// while something is sent or waited for. What is to be sent goes to the [Outbox], which never
/// blocks.
final class Dispatch {
    /// After so long without Redis jobs are refused at once.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final int mostWaiting;
    private final Outbox outbox;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition staffed = lock.newCondition();
    private final TurnQueue<RemoteRun> queue = new TurnQueue<>();
    private final Map<Long, RemoteRun> inFlight = new HashMap<>();
    private final Map<String, Route> routes = new HashMap<>();
    private final Shares shares = new Shares();
    private Optional<Long> lostAt = Optional.of(System.nanoTime());
    private long lastNumber;
    private int workers;
    private boolean closed;

    /// Where things go that are to be sent. Neither blocks.
    interface Outbox {
        void send(RemoteRun run);

        void cancel(RemoteRun run);
    }

    /// @param mostWaiting jobs that may wait here
    Dispatch(int mostWaiting, Outbox outbox) {
        this.mostWaiting = mostWaiting;
        this.outbox = outbox;
        routes.put(Names.JOBS, new Route(Names.JOBS));
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    // ---------------------------------------------------------------- callers

    /// Gives a job a place in the queue or on its way. The calling thread is the one that is woken.
    ///
    /// @throws CircleException BUSY or NO_WORKER, at once
    RemoteRun submit(ScriptJob job) {
        long now = System.nanoTime();
        return locked(() -> submit(job, now));
    }

    private RemoteRun submit(ScriptJob job, long now) {
        if (closed || isLongLost(now)) {
            throw new CircleException(
                    ErrorCode.NO_WORKER, closed ? "Closed" : "No worker: Redis does not answer");
        }
        RemoteRun run = new RemoteRun(job, ++lastNumber, now);
        Optional<CircleException> full = Places.refusal(queue.size(), queue, run, mostWaiting);
        queue.add(run);
        dispatch();
        if (full.isPresent() && queue.remove(run)) {
            throw full.get();
        }
        return run;
    }

    private boolean isLongLost(long now) {
        return lostAt.filter(at -> now - at > PATIENCE.toNanos()).isPresent();
    }

    /// Nobody waits for the run any more.
    void abandon(RemoteRun run) {
        locked(
                () -> {
                    if (!run.isOver()) {
                        end(run, failed(ErrorCode.CANCELLED, "Cancelled"));
                    }
                });
    }

    private static RemoteRun.Failed failed(ErrorCode code, String message) {
        return new RemoteRun.Failed(new CircleException(code, message));
    }

    // ---------------------------------------------------------------- turns

    private void dispatch() {
        if (closed) {
            return;
        }
        RemoteRun next = queue.poll(this::mayGo);
        while (next != null) {
            Route route = route(next);
            route.enter();
            shares.enter(next.circle());
            inFlight.put(next.number(), next);
            next.step(new RemoteRun.Assigned(route));
            outbox.send(next);
            next = queue.poll(this::mayGo);
        }
    }

    private boolean mayGo(RemoteRun run) {
        Route route = route(run);
        return route.hasRoom() && shares.hasRoom(run.circle(), route);
    }

    private Route route(RemoteRun run) {
        Route own = routes.get(Names.jobs(run.job().environment().name()));
        return own != null && own.isServed() ? own : shared();
    }

    private Route shared() {
        return routes.computeIfAbsent(Names.JOBS, Route::new);
    }

    /// Ends a run wherever it is, and takes it back from whoever has it.
    private void end(RemoteRun run, RemoteRun.Step last) {
        RemoteRun.Step before = run.step();
        run.step(last);
        switch (before) {
            case RemoteRun.Waiting _ -> queue.remove(run);
            case RemoteRun.Assigned(Route route) -> leave(run, route);
            case RemoteRun.Sent(Route route) -> {
                leave(run, route);
                outbox.cancel(run);
            }
            case RemoteRun.Done _, RemoteRun.Failed _ -> {}
        }
    }

    private void leave(RemoteRun run, Route route) {
        inFlight.remove(run.number());
        route.leave();
        shares.leave(run, System.nanoTime());
        dispatch();
    }

    // ---------------------------------------------------------------- the thread that sends

    /// A run is about to be written.
    ///
    /// @return where; empty if it is not to be written any more
    Optional<Route> sending(RemoteRun run) {
        return locked(
                () -> {
                    if (run.step() instanceof RemoteRun.Assigned(Route route)) {
                        run.step(new RemoteRun.Sent(route));
                        return Optional.of(route);
                    }
                    return Optional.empty();
                });
    }

    /// A run could not be written, or nobody knows whether it was.
    void notSent(RemoteRun run, CircleException why) {
        locked(
                () -> {
                    if (!run.isOver()) {
                        end(run, new RemoteRun.Failed(why));
                    }
                });
    }

    void redisLost() {
        locked(
                () -> {
                    if (lostAt.isEmpty()) {
                        lostAt = Optional.of(System.nanoTime());
                    }
                });
    }

    void redisFound() {
        locked(() -> lostAt = Optional.empty());
    }

    // ---------------------------------------------------------------- the threads that receive

    /// The job of a run that has no answer yet.
    Optional<ScriptJob> job(long number) {
        return locked(() -> Optional.ofNullable(inFlight.get(number)).map(RemoteRun::job));
    }

    /// A run has its answer: the first counts, of a run that is not waited for none does.
    void answered(long number, RemoteRun.Step last) {
        locked(
                () -> {
                    RemoteRun run = inFlight.get(number);
                    if (run != null && run.step() instanceof RemoteRun.Sent(Route route)) {
                        run.step(last);
                        leave(run, route);
                    }
                });
    }

    /// Who works at the moment.
    void staff(Collection<WorkerNote> notes) {
        locked(
                () -> {
                    workers = notes.size();
                    routes.values().forEach(Route::clear);
                    notes.forEach(this::place);
                    routes.values().removeIf(route -> !route.isServed() && route.inFlight() == 0);
                    dispatch();
                    staffed.signalAll();
                });
    }

    private void place(WorkerNote note) {
        if (note.circles().isEmpty()) {
            shared().add(note);
        }
        note.circles()
                .forEach(
                        circle -> routes.computeIfAbsent(Names.jobs(circle), Route::new).add(note));
    }

    // ---------------------------------------------------------------- the clock

    /// Fails runs that have waited too long.
    void tick() {
        long now = System.nanoTime();
        locked(
                () -> {
                    waited(now).forEach(run -> end(run, tooLate(run)));
                    List.copyOf(inFlight.values()).stream()
                            .filter(run -> run.age(now) > run.mayTake().toNanos())
                            .forEach(run -> end(run, lost()));
                });
    }

    private List<RemoteRun> waited(long now) {
        List<RemoteRun> waited = new ArrayList<>();
        queue.forEach(run -> addIfLate(waited, run, now));
        inFlight.values().stream()
                .filter(run -> run.step() instanceof RemoteRun.Assigned)
                .forEach(run -> addIfLate(waited, run, now));
        return waited;
    }

    private void addIfLate(List<RemoteRun> late, RemoteRun run, long now) {
        if (isLongLost(now) || run.age(now) > run.mayWait().toNanos()) {
            late.add(run);
        }
    }

    private RemoteRun.Failed tooLate(RemoteRun run) {
        if (lostAt.isPresent()) {
            return failed(ErrorCode.NO_WORKER, "No worker: Redis does not answer");
        }
        return route(run).isServed()
                ? failed(ErrorCode.BUSY, "Busy: no worker became free in time")
                : failed(ErrorCode.NO_WORKER, "No worker: none has started");
    }

    private static RemoteRun.Failed lost() {
        return failed(ErrorCode.WORKER_LOST, "Worker lost: no answer came in time");
    }

    // ---------------------------------------------------------------- the operator

    /// Waits for a worker.
    ///
    /// @return whether there is one
    boolean awaitWorker(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (workers == 0 && left > 0) {
                left = staffed.awaitNanos(left);
            }
            return workers > 0;
        } finally {
            lock.unlock();
        }
    }

    int workers() {
        return locked(() -> workers);
    }

    int running() {
        return locked(inFlight::size);
    }

    int waiting() {
        return locked(queue::size);
    }

    /// Fails what waits and what runs; nothing is taken from now on.
    void close() {
        locked(
                () -> {
                    closed = true;
                    RemoteRun.Failed cancelled =
                            failed(ErrorCode.CANCELLED, "Cancelled: the executor was closed");
                    queue.drain().forEach(run -> run.step(cancelled));
                    List.copyOf(inFlight.values()).forEach(run -> end(run, cancelled));
                });
    }
}
