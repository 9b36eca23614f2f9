package io.circles.script.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The lanes of a pool, and how they share its workers. Guarded by the scheduler's lock.
final class Lanes {
    /// After so long without work a worker that was kept apart is ended: longer than its circles
    /// are, so that who comes back every minute does not have a process started each time.
    private static final Duration IDLE = Duration.ofMinutes(2);

    final Lane serving;
    final Lane quarantine;
    final Lane solo;
    final List<Lane> all;

    Lanes(WorkerSettings settings) {
        this.serving = new Lane(Lane.Kind.SERVING, settings.workers(), settings.threads());
        this.quarantine = new Lane(Lane.Kind.QUARANTINE, 1, settings.threads());
        this.solo = new Lane(Lane.Kind.SOLO, 1, 1);
        this.all = List.of(serving, quarantine, solo);
    }

    int running() {
        return all.stream().mapToInt(Lane::running).sum();
    }

    int waiting() {
        int waiting = 0;
        for (Lane lane : all) {
            waiting += lane.queue.size();
        }
        return waiting;
    }

    List<Worker> workers() {
        return all.stream().flatMap(lane -> lane.workers.stream()).toList();
    }

    /// Takes a run out of the queue in which it waits, if it waits in one.
    void withdraw(PoolRun run) {
        var _ = all.stream().anyMatch(lane -> lane.queue.remove(run));
    }

    /// Takes out the runs that have waited longer than they may.
    List<PoolRun> takeWaited(long now) {
        List<PoolRun> waited = new ArrayList<>();
        for (Lane lane : all) {
            lane.queue.forEach(
                    run -> {
                        if (run.hasWaited(now)) {
                            waited.add(run);
                        }
                    });
        }
        waited.forEach(this::withdraw);
        return waited;
    }

    /// Gives spares to those who need them, first who has needed one longest, and hands out runs.
    ///
    /// @return how many workers are missing after that
    int supply(Spares spares, long now) {
        int needs = 0;
        List<Lane> byNeed = new ArrayList<>(all);
        byNeed.sort(Comparator.comparingLong(lane -> lane.needySince(now)));
        for (Lane lane : byNeed) {
            Worker spare = lane.needs() > 0 ? spares.take() : null;
            while (spare != null) {
                lane.add(spare);
                spare = lane.needs() > 0 ? spares.take() : null;
            }
            needs += lane.needs();
            lane.dispatch(now);
        }
        return needs;
    }

    /// Takes out workers that were kept apart and have had nothing to do for a while.
    List<Worker> takeIdle(long now) {
        List<Worker> idle = new ArrayList<>();
        for (Lane lane : List.of(quarantine, solo)) {
            for (Worker worker : List.copyOf(lane.workers)) {
                if (worker.inFlight.isEmpty()
                        && lane.queue.size() == 0
                        && now - worker.idleSince > IDLE.toNanos()) {
                    lane.workers.remove(worker);
                    worker.lane = null;
                    idle.add(worker);
                }
            }
        }
        return idle;
    }
}
