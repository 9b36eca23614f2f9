package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.LoggedLines;
import io.circles.script.contract.Plays;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private final WorkerSettings settings = Pools.settings().withThreads(48);
    private final Starter starter = new Starter(settings, "of nothing");
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Suspects suspects = new Suspects(InstantSource.system());
    private final Scheduler scheduler = new Scheduler(settings, suspects, starter, clock, _ -> {});
    private final Spares spares = new Spares(0, starter, clock, scheduler);
    private final Lanes lanes = new Lanes(settings);
    private final Placement placement = new Placement(suspects, lanes, spares);
    private final List<Process> processes = new ArrayList<>();
    private Worker serving;

    private Worker worker() throws IOException {
        Process process = new ProcessBuilder("sleep", "60").start();
        processes.add(process);
        return new Worker(process, scheduler);
    }

    @BeforeEach
    void aWorkerServes() throws IOException {
        serving = worker();
        lanes.serving.add(serving);
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
        clock.shutdownNow();
    }

    private static PoolRun run(PublicKey circle) {
        return new PoolRun(
                Plays.job(circle, Caller.anonymous(), "1", null, Plays.WIDE),
                new PoolRun.Waiting(0));
    }

    private static PoolRun run() {
        return run(Plays.CIRCLE);
    }

    /// One that has a thread.
    private PoolRun assigned(PoolRun run) {
        lanes.serving.queue.add(run);
        lanes.serving.dispatch(System.nanoTime());
        assertThat(run.step()).isInstanceOf(PoolRun.Assigned.class);
        return run;
    }

    private PoolRun sent(PoolRun run) {
        PoolRun.Assigned assigned = (PoolRun.Assigned) assigned(run).step();
        run.step(new PoolRun.Sent(assigned.worker(), assigned.id()));
        return run;
    }

    private void aSpareIsReady() throws IOException {
        spares.started(worker());
    }

    private List<PoolRun> inQuarantine() {
        List<PoolRun> all = new ArrayList<>();
        PoolRun next = lanes.quarantine.queue.poll(_ -> true);
        while (next != null) {
            all.add(next);
            next = lanes.quarantine.queue.poll(_ -> true);
        }
        return all;
    }

    @Test
    void whatRunsAndWhatWaitsGoesAndOthersStay() throws IOException {
        aSpareIsReady();
        PoolRun runs = sent(run());
        PoolRun unsent = assigned(run());
        PoolRun others = sent(run(Plays.ALICE));
        PoolRun waits = run();
        lanes.serving.queue.add(waits);

        placement.heavy(run());

        assertThat(inQuarantine()).as("at once").containsExactly(unsent, waits);
        assertThat(runs.isMoving()).isTrue();
        assertThat(serving.inFlight).as("keeps its thread until then").containsValue(runs);
        placement.moved(runs);
        assertThat(inQuarantine()).containsExactly(runs);
        assertThat(runs.step()).isInstanceOf(PoolRun.Waiting.class);
        assertThat(runs.isMoving()).isFalse();
        assertThat(others.isMoving()).isFalse();
        assertThat(placement.laneOf(run())).isEqualTo(lanes.quarantine);
        assertThat(placement.laneOf(run(Plays.ALICE))).isEqualTo(lanes.serving);
    }

    @Test
    void aWorkerThatARunIsAboutToEndIsMissingAlready() throws IOException {
        aSpareIsReady();
        assertThat(lanes.serving.needs()).isZero();
        serving.guilty = 1;
        assertThat(lanes.serving.needs()).isEqualTo(1);

        placement.heavy(run());

        assertThat(placement.laneOf(run())).as("the spare is for all").isEqualTo(lanes.serving);
        Worker apart = worker();
        lanes.quarantine.add(apart);
        assertThat(placement.laneOf(run())).isEqualTo(lanes.quarantine);
        apart.guilty = 1;
        assertThat(placement.laneOf(run())).isEqualTo(lanes.serving);
    }

    @Test
    void whatIsMovedWaitsBeforeOthersAndAsLongAsThey() throws IOException {
        aSpareIsReady();
        PoolRun runs = sent(run());
        placement.heavy(runs);
        PoolRun comes = run();
        lanes.quarantine.queue.add(comes);

        placement.moved(runs);

        long now = System.nanoTime();
        long wall = TimeUnit.MILLISECONDS.toNanos(runs.job().limits().wallMs());
        assertThat(runs.hasWaited(now)).isFalse();
        assertThat(runs.hasWaited(now + wall)).isTrue();
        assertThat(inQuarantine()).containsExactly(runs, comes);
    }

    @Test
    void whatIsKeptApartStaysSoWhenItsWorkerEnds() {
        assertThat(placement.laneAfter(lanes.solo, run())).isEqualTo(lanes.solo);
        assertThat(placement.laneAfter(lanes.quarantine, run())).isEqualTo(lanes.quarantine);
        assertThat(placement.laneAfter(lanes.serving, run())).isEqualTo(lanes.serving);
        suspects.setApart(Plays.CIRCLE);
        assertThat(placement.laneAfter(lanes.serving, run())).isEqualTo(lanes.quarantine);
    }

    @Test
    void theOperatorIsToldOnceThatACircleGivesWay() throws IOException {
        aSpareIsReady();
        try (LoggedLines log = LoggedLines.of(Placement.class)) {
            placement.heavy(run());
            placement.heavy(run());
            assertThat(log.take()).hasSize(1);
        }
    }

    @Test
    void whatHasSentHttpOrIsOverOrAbandonedStays() throws IOException {
        aSpareIsReady();
        PoolRun away = sent(run());
        away.sentHttp();
        PoolRun over = sent(run(Plays.CIRCLE));
        over.step(new PoolRun.Failed(new CircleException(ErrorCode.SCRIPT_ERROR)));
        PoolRun abandoned = sent(run());
        abandoned.abandon();

        placement.heavy(away);

        assertThat(inQuarantine()).isEmpty();
        assertThat(away.isMoving()).isFalse();
        assertThat(over.isMoving()).isFalse();
        assertThat(abandoned.isMoving()).isFalse();
        assertThat(serving.inFlight).containsValues(away, over, abandoned);
    }

    @Test
    void whoIsAbandonedOnItsWayGoesNowhere() throws IOException {
        aSpareIsReady();
        PoolRun runs = sent(run());
        placement.heavy(runs);
        runs.abandon();
        assertThat(runs.isMoving()).isFalse();
        assertThat(runs.mayMove()).isFalse();
    }

    @Test
    void ofAWorkerThatIsEndingNothingIsMoved() throws IOException {
        aSpareIsReady();
        PoolRun guilty = sent(run());
        serving.guilty = serving.lastId;

        placement.offended(guilty);

        assertThat(inQuarantine()).isEmpty();
        assertThat(guilty.isMoving()).isFalse();
        assertThat(placement.laneOf(run())).isEqualTo(lanes.quarantine);
    }

    @Test
    void withoutAWorkerForThemTheyStay() {
        PoolRun runs = sent(run());

        placement.heavy(runs);

        assertThat(runs.isMoving()).isFalse();
        assertThat(placement.laneOf(run())).isEqualTo(lanes.serving);
    }

    @Test
    void aSpareThatOthersNeedIsNotForThem() throws IOException {
        aSpareIsReady();
        lanes.serving.workers.clear();

        placement.heavy(run());

        assertThat(placement.laneOf(run())).isEqualTo(lanes.serving);
    }
}
