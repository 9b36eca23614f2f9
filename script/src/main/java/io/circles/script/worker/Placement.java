package io.circles.script.worker;

import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.ScriptJob;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says in which lane a run belongs, by what has happened in its circle of late, and moves what is
/// among all others when that changes. Guarded by the scheduler's lock.
final class Placement {
    private static final Logger log = LoggerFactory.getLogger(Placement.class);

    private final Suspects suspects;
    private final Lanes lanes;
    private final Spares spares;

    Placement(Suspects suspects, Lanes lanes, Spares spares) {
        this.suspects = suspects;
        this.lanes = lanes;
        this.spares = spares;
    }

    /// Why a job is not run now, if it is not.
    Optional<CircleException> refusal(ScriptJob job) {
        return suspects.refusal(job);
    }

    Lane laneOf(PoolRun run) {
        boolean apart =
                suspects.isApart(run.circle())
                        || (suspects.isHeavy(run.circle()) && isQuarantineThere());
        return apart ? lanes.quarantine : lanes.serving;
    }

    /// Where a run goes that has lost its worker. What is kept apart stays so, whether there is a
    /// worker for it or not.
    Lane laneAfter(Lane lane, PoolRun run) {
        return lane == lanes.serving ? laneOf(run) : lane;
    }

    /// Nobody waits for a process to be started only because others of the circle have used much.
    private boolean isQuarantineThere() {
        return lanes.quarantine.hasWorker() || spares.count() > lanes.serving.needs();
    }

    /// A run uses much: its circle gives way.
    void heavy(PoolRun run) {
        if (isQuarantineThere() && !suspects.isHeavy(run.circle())) {
            log.atInfo()
                    .addKeyValue("circle", run.job().environment().name())
                    .addKeyValue("job", run.job().id())
                    .log("a script uses much, its circle gives way to others for a minute");
        }
        suspects.setHeavy(run.circle());
        moveAway(run.circle());
    }

    /// A run has ended its worker.
    void offended(PoolRun run) {
        suspects.ended(run.job());
        moveAway(run.circle());
    }

    /// A run may have ended its worker together with others: they are not to suffer from it again.
    void setApart(PoolRun run) {
        suspects.setApart(run.circle());
    }

    /// What runs and what waits of a circle among all others gets out of their way, if there is a
    /// worker for it. A run begins again there: nothing of it has been committed.
    private void moveAway(PublicKey circle) {
        if (isQuarantineThere()) {
            List<PoolRun> waiting = lanes.serving.queue.takeOut(circle);
            lanes.serving.workers.forEach(worker -> moveAway(circle, worker));
            waiting.forEach(lanes.quarantine.queue::add);
        }
    }

    private void moveAway(PublicKey circle, Worker worker) {
        if (worker.guilty != 0) {
            return; // its end says what becomes of its runs
        }
        for (var run : new TreeMap<>(worker.inFlight).entrySet()) {
            if (run.getValue().circle().equals(circle) && run.getValue().mayMove()) {
                moveAway(worker, run.getKey(), run.getValue());
            }
        }
    }

    /// What its worker has of it keeps its thread until it has ended there, and goes on there if it
    /// cannot be ended.
    private void moveAway(Worker worker, long id, PoolRun run) {
        if (run.step() instanceof PoolRun.Sent) {
            run.move();
            worker.ask(id);
        } else {
            var _ = lanes.serving.release(worker, id);
            moved(run);
        }
    }

    /// A run that was to be moved away is nowhere any more. It waits before those that come, and
    /// no longer than they may.
    void moved(PoolRun run) {
        run.waitAgain(Duration.ofMillis(run.job().limits().wallMs()));
        lanes.quarantine.queue.addReturned(run);
    }
}
