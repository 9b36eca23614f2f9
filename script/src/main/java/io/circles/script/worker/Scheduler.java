package io.circles.script.worker;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcMessage;
import io.circles.script.ScriptJob;
import io.circles.script.queue.Places;
import io.circles.script.wire.UnreadableMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says which run goes to which worker, and when.
///
/// `lock` guards all of it, the lanes, the spares and every run's step included. It is never held
/// while something is sent, started or waited for, so those who tell what has happened (the
/// workers' threads, the clock) are never held up.
final class Scheduler implements Worker.Listener {
    private static final Logger log = LoggerFactory.getLogger(Scheduler.class);

    /// How long a run that has lost its worker may wait for another.
    private static final Duration SECOND_CHANCE = Duration.ofMinutes(2);

    private final WorkerSettings settings;
    private final Starter starter;
    private final Spares spares;
    private final Consumer<ScriptJob> departing;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition supplied = lock.newCondition();
    private final Lanes lanes;
    private final Placement placement;
    private final ColdWorkers cold;
    private final List<PoolRun> over = new ArrayList<>();
    private long ended;
    private boolean closed;

    Scheduler(
            WorkerSettings settings,
            Suspects suspects,
            Starter starter,
            ScheduledExecutorService clock,
            Consumer<ScriptJob> departing) {
        this.settings = settings;
        this.starter = starter;
        this.departing = departing;
        this.spares = new Spares(settings.spares(), starter, clock, this);
        this.lanes = new Lanes(settings);
        this.placement = new Placement(suspects, lanes, spares);
        this.cold = new ColdWorkers(settings.warmPlays(), lanes, spares);
    }

    private <T> T locked(Supplier<T> action) {
        List<PoolRun> told = List.of();
        lock.lock();
        try {
            return action.get();
        } finally {
            if (!over.isEmpty()) {
                told = List.copyOf(over);
                over.clear();
            }
            lock.unlock();
            told.forEach(PoolRun::tell);
        }
    }

    private void locked(Runnable action) {
        locked(
                () -> {
                    action.run();
                    return true;
                });
    }

    /// A run is over, and its caller is told when the lock is free.
    private void end(PoolRun run, PoolRun.Step last) {
        run.step(last);
        over.add(run);
    }

    // ---------------------------------------------------------------- callers

    /// Gives a job a thread or a place in the queue.
    ///
    /// @throws CircleException BUSY or NO_WORKER, at once
    PoolRun submit(ScriptJob job) {
        long wait = TimeUnit.MILLISECONDS.toNanos(job.limits().wallMs());
        PoolRun run = new PoolRun(job, new PoolRun.Waiting(System.nanoTime() + wait));
        locked(() -> submit(run));
        return run;
    }

    private void submit(PoolRun run) {
        placement.refusal(run.job()).ifPresent(Scheduler::refuse);
        Lane lane = placement.laneOf(run);
        if (closed || (lane.workers.isEmpty() && spares.isFailing())) {
            throw new CircleException(ErrorCode.NO_WORKER, closed ? "Closed" : "No worker");
        }
        Optional<CircleException> full =
                Places.refusal(lanes.waiting(), lane.queue, run, settings.waiting());
        long now = System.nanoTime();
        cold.jobCame(now);
        lane.queue.add(run);
        lane.dispatch(now);
        if (lane.needs() > 0 && (full.isEmpty() || spares.count() > 0)) {
            supply(); // and no process is started for a job that is refused
        }
        if (full.isPresent() && lane.queue.remove(run)) {
            throw full.get();
        }
    }

    private static void refuse(CircleException refusal) {
        throw refusal;
    }

    /// Nobody waits for the run any more.
    ///
    /// @return where it is to be cancelled
    Optional<PoolRun.Sent> abandon(PoolRun run) {
        return locked(
                () -> {
                    run.abandon();
                    if (run.step() instanceof PoolRun.Assigned assigned) {
                        var _ = release(assigned.worker(), assigned.id());
                    }
                    lanes.withdraw(run);
                    return run.step() instanceof PoolRun.Sent sent
                            ? Optional.of(sent)
                            : Optional.empty();
                });
    }

    // ---------------------------------------------------------------- workers

    @Override
    @SuppressWarnings("ReferenceEquality") // a run may have been assigned to the same place again
    public boolean sending(PoolRun run, PoolRun.Assigned assigned) {
        return locked(
                () -> {
                    if (run.step() != assigned || run.isAbandoned()) {
                        return false;
                    }
                    run.step(new PoolRun.Sent(assigned.worker(), assigned.id()));
                    return true;
                });
    }

    @Override
    public void notSent(PoolRun.Assigned assigned, CircleException why) {
        locked(
                () -> {
                    PoolRun run = release(assigned.worker(), assigned.id());
                    if (run != null && !run.isOver()) {
                        end(run, new PoolRun.Failed(why));
                    }
                });
    }

    @Override
    public void answered(Worker worker, long id, RpcMessage answer) throws UnreadableMessage {
        if (id < 0) {
            locked(() -> cold.answered(worker, answer));
            return;
        }
        PoolRun.Step result = Answers.step(answer);
        locked(
                () -> {
                    Optional<PoolRun> run = worker.inFlightRun(id);
                    run.ifPresent(answered -> answered.answer(result));
                    var _ = release(worker, id);
                    run.ifPresent(answered -> answered(answered, result));
                });
    }

    private void answered(PoolRun run, PoolRun.Step result) {
        if (run.isMoving() && Answers.isCancelled(result)) {
            placement.moved(run);
            supply();
        } else if (!run.isOver()) {
            end(run, result);
        }
    }

    @Override
    public void sentHttp(Worker worker, long id) {
        Optional<PoolRun> leaving =
                locked(
                        () -> {
                            // what is moving is told to end, and sends nothing from here any more
                            Optional<PoolRun> run =
                                    worker.inFlightRun(id).filter(sends -> !sends.isMoving());
                            run.ifPresent(PoolRun::sentHttp);
                            return run;
                        });
        leaving.ifPresent(run -> Thread.startVirtualThread(() -> letGo(worker, id, run)));
    }

    /// Waits until whoever wants to know has noted it.
    private void letGo(Worker worker, long id, PoolRun run) {
        boolean may = false;
        try {
            departing.accept(run.job());
            may = true;
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("job", run.job().id())
                    .addKeyValue("why", e.getMessage())
                    .log("a request to another machine must not leave");
        }
        worker.go(id, may);
    }

    @Override
    public void heavy(Worker worker, long id) {
        locked(
                () -> {
                    worker.inFlightRun(id).ifPresent(placement::heavy);
                    supply();
                });
    }

    @Override
    public void ending(Worker worker, long id) {
        locked(() -> worker.inFlightRun(id).ifPresent(run -> guilty(worker, id, run)));
    }

    private void guilty(Worker worker, long id, PoolRun run) {
        worker.guilty = id;
        placement.offended(run);
        supply();
        log.atWarn()
                .addKeyValue("pid", worker.pid())
                .addKeyValue("job", run.job().id())
                .addKeyValue("circle", run.job().environment().name())
                .log("a script does not stop, its worker is ended");
    }

    @Override
    public void ended(Worker worker, int exitCode) {
        starter.forget(worker);
        locked(
                () -> {
                    ended++;
                    worker.gone = true;
                    spares.ended(worker);
                    Lane lane = worker.lane;
                    if (lane != null) {
                        tellUnlessMeant(worker, exitCode);
                        lane.workers.remove(worker);
                        if (exitCode == Fate.OUT_OF_MEMORY) {
                            worker.inFlight.values().forEach(placement::setApart);
                        }
                        List.copyOf(worker.inFlight.keySet())
                                .forEach(id -> lost(worker, lane, id, exitCode));
                    }
                    supply();
                });
    }

    private void tellUnlessMeant(Worker worker, int exitCode) {
        if (!closed && exitCode != 0 && worker.guilty == 0) {
            log.atWarn()
                    .addKeyValue("pid", worker.pid())
                    .addKeyValue("exit_code", exitCode)
                    .addKeyValue("runs", worker.inFlight.size())
                    .log("a worker has ended");
        }
    }

    private void lost(Worker worker, Lane lane, long id, int exitCode) {
        PoolRun run = lane.release(worker, id);
        if (run == null || run.isOver() || run.isAbandoned()) {
            return;
        }
        switch (Fate.of(run, id, worker.guilty, lane.kind)) {
            case NOT_BEGUN -> returnTo(placement.laneAfter(lane, run), run);
            case AGAIN -> {
                run.returned();
                returnTo(placement.laneAfter(lane, run), run);
            }
            case ALONE -> returnTo(lanes.solo, run);
            case LOST -> end(run, new PoolRun.Failed(Fate.lost()));
            case LATE -> end(run, new PoolRun.Failed(Fate.late(run.job())));
            case GUILTY -> {
                placement.offended(run);
                end(run, new PoolRun.Failed(Fate.guilty(run.job(), exitCode)));
            }
        }
    }

    private static void returnTo(Lane lane, PoolRun run) {
        run.waitAgain(SECOND_CHANCE);
        lane.queue.addReturned(run);
    }

    private @Nullable PoolRun release(Worker worker, long id) {
        Lane lane = worker.lane;
        PoolRun run = lane == null ? null : lane.release(worker, id);
        if (lane != null && !closed) {
            lane.dispatch(System.nanoTime());
        }
        return run;
    }

    // ---------------------------------------------------------------- spares

    /// Gives spares to those who need them, first who has needed one longest, and has as many
    /// started as are missing.
    private void supply() {
        if (closed) {
            return;
        }
        spares.order(lanes.supply(spares, System.nanoTime()));
        supplied.signalAll();
    }

    void started(Worker worker) {
        locked(
                () -> {
                    spares.started(worker);
                    supply();
                });
    }

    void notStarted(Exception why) {
        locked(
                () -> {
                    if (closed) {
                        return;
                    }
                    spares.notStarted(why);
                    for (Lane lane : lanes.all) {
                        if (lane.workers.isEmpty() && spares.isFailing()) {
                            fail(lane.queue.drain(), ErrorCode.NO_WORKER, "No worker");
                        }
                    }
                });
    }

    void tryAgain() {
        locked(
                () -> {
                    spares.rested();
                    supply();
                });
    }

    private void fail(List<PoolRun> runs, ErrorCode code, String message) {
        runs.forEach(run -> end(run, new PoolRun.Failed(new CircleException(code, message))));
    }

    // ---------------------------------------------------------------- the clock

    /// Fails runs that have waited too long; ends workers with a run that is late, and those that
    /// are idle and were kept apart; warms up those that are cold.
    void tick() {
        long now = System.nanoTime();
        locked(
                () ->
                        fail(
                                lanes.takeWaited(now),
                                ErrorCode.BUSY,
                                "Busy: no thread of a worker became free in time"));
        locked(() -> late(now)).forEach(worker -> worker.kill("it does not answer", null));
        locked(() -> lanes.takeIdle(now)).forEach(Worker::dismiss);
        locked(() -> cold.next(now)).ifPresent(ColdWorkers.Portion::play);
    }

    private List<Worker> late(long now) {
        List<Worker> late = new ArrayList<>();
        for (Worker worker : lanes.workers()) {
            worker.inFlight.entrySet().stream()
                    .filter(run -> run.getValue().isLate(now))
                    .findFirst()
                    .ifPresent(run -> late.add(late(worker, run.getKey(), run.getValue())));
        }
        return late;
    }

    private Worker late(Worker worker, long id, PoolRun run) {
        if (worker.guilty == 0) {
            guilty(worker, id, run);
        }
        if (!run.isOver()) {
            end(run, new PoolRun.Failed(Fate.late(run.job())));
        }
        return worker;
    }

    // ---------------------------------------------------------------- the operator

    /// Waits for a worker that serves everybody.
    ///
    /// @return whether there is one
    boolean awaitServing(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (lanes.serving.workers.isEmpty() && left > 0) {
                left = supplied.awaitNanos(left);
            }
            return !lanes.serving.workers.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    int running() {
        return locked(lanes::running);
    }

    int waiting() {
        return locked(lanes::waiting);
    }

    long ended() {
        return locked(() -> ended);
    }

    /// Processes that serve everybody.
    List<Long> serving() {
        return locked(() -> lanes.serving.workers.stream().map(Worker::pid).toList());
    }

    int spares() {
        return locked(spares::count);
    }

    int leastWarmed() {
        return locked(cold::leastWarmed);
    }

    /// Fails what waits and what runs; nothing is taken from now on.
    void close() {
        locked(
                () -> {
                    closed = true;
                    String message = "Cancelled: the executor was closed";
                    lanes.all.forEach(
                            lane -> fail(lane.queue.drain(), ErrorCode.CANCELLED, message));
                    for (Worker worker : lanes.workers()) {
                        List<PoolRun> runs =
                                worker.inFlight.values().stream()
                                        .filter(run -> !run.isOver())
                                        .toList();
                        fail(runs, ErrorCode.CANCELLED, message);
                    }
                });
    }
}
