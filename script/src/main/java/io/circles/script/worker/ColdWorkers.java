package io.circles.script.worker;

import io.circles.protocol.RpcMessage;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Has workers play scripts of their own while nobody needs anything: one worker at a time, less
/// than half of the time, and not a moment longer than until it has work. Where others have some,
/// it is a small part of the time, and so short that nobody notices. Guarded by the
/// scheduler's lock, but for [Portion#play()].
final class ColdWorkers {
    private static final Duration PORTION = Duration.ofMillis(40);
    private static final Duration SMALL_PORTION = Duration.ofMillis(4);

    /// After so long without a job nobody is about to send one.
    private static final Duration QUIET = Duration.ofSeconds(2);

    private final int enough;
    private final Lanes lanes;
    private final Spares spares;
    private long lastJob = System.nanoTime() - QUIET.toNanos();

    /// What one worker is to play now.
    record Portion(Worker worker, long id, int from, Duration atMost) {
        /// Sends it.
        void play() {
            worker.warm(id, from, atMost);
        }
    }

    /// @param enough plays for a worker to be warm
    ColdWorkers(int enough, Lanes lanes, Spares spares) {
        this.enough = enough;
        this.lanes = lanes;
        this.spares = spares;
    }

    /// A job has come.
    ///
    /// @param now on the clock of [System#nanoTime()]
    void jobCame(long now) {
        lastJob = now;
    }

    private List<Worker> workers() {
        return Stream.concat(lanes.workers().stream(), spares.ready().stream()).toList();
    }

    /// How many the coldest worker has played.
    int leastWarmed() {
        return workers().stream().mapToInt(worker -> worker.warmed).min().orElse(0);
    }

    /// A portion for the coldest worker, if it has not played enough and nobody needs anything.
    ///
    /// @param now on the clock of [System#nanoTime()]
    Optional<Portion> next(long now) {
        List<Worker> workers = workers();
        boolean busy =
                lanes.running() + lanes.waiting() > 0
                        || workers.stream().anyMatch(worker -> worker.warming != 0);
        return busy
                ? Optional.empty()
                : workers.stream()
                        .filter(worker -> worker.warmed < enough)
                        .min(Comparator.comparingInt(worker -> worker.warmed))
                        .map(worker -> portion(worker, now));
    }

    private Portion portion(Worker worker, long now) {
        worker.warming = --worker.lastWarming;
        boolean quiet = now - lastJob > QUIET.toNanos();
        return new Portion(worker, worker.warming, worker.warmed, quiet ? PORTION : SMALL_PORTION);
    }

    /// Counts what has been played.
    void answered(Worker worker, RpcMessage answer) {
        worker.warming = 0;
        if (answer instanceof RpcMessage.Success success) {
            worker.warmed += success.result().intValue();
        }
    }
}
