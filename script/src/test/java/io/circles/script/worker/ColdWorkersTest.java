package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.Json;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ColdWorkersTest {
    private static final int ENOUGH = 10;

    private final WorkerSettings settings = Pools.settings();
    private final Starter starter = new Starter(settings, "of nothing");
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Scheduler scheduler =
            new Scheduler(settings, new Suspects(InstantSource.system()), starter, clock, _ -> {});
    private final Lanes lanes = new Lanes(settings);
    private final ColdWorkers cold =
            new ColdWorkers(ENOUGH, lanes, new Spares(0, starter, clock, scheduler));
    private final long start = System.nanoTime();
    private Process process;

    @BeforeEach
    void aWorker() throws IOException {
        process = new ProcessBuilder("sleep", "60").start();
        lanes.serving.add(new Worker(process, scheduler));
    }

    @AfterEach
    void endIt() {
        process.destroyForcibly();
        clock.shutdownNow();
    }

    private Optional<Duration> portionAfter(Duration pause) {
        return cold.next(start + pause.toNanos()).map(ColdWorkers.Portion::atMost);
    }

    @Test
    void whileNobodyNeedsAnythingItIsALargePartOfTheTime() {
        assertThat(portionAfter(Duration.ZERO)).contains(Duration.ofMillis(40));
    }

    @Test
    void whereJobsComeNowAndThenItIsASmallPart() {
        cold.jobCame(start);

        assertThat(portionAfter(Duration.ofMillis(1_900))).contains(Duration.ofMillis(4));
    }

    @Test
    void twoSecondsAfterTheLastJobItIsALargePartAgain() {
        cold.jobCame(start);

        assertThat(portionAfter(Duration.ofMillis(2_100))).contains(Duration.ofMillis(40));
    }

    @Test
    void whoHasPlayedEnoughPlaysNoMore() {
        ColdWorkers.Portion portion = cold.next(start).orElseThrow();
        assertThat(cold.next(start)).isEmpty();

        cold.answered(
                portion.worker(),
                new RpcMessage.Success(RpcId.of(portion.id()), Json.tree(ENOUGH)));

        assertThat(cold.next(start + TimeUnit.SECONDS.toNanos(1))).isEmpty();
    }
}
