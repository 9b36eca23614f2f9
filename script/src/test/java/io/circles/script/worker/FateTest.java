package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.ErrorCode;
import io.circles.script.contract.Plays;
import org.junit.jupiter.api.Test;

class FateTest {
    private static final long ID = 5;
    private static final long UNKNOWN = 0;
    private static final long ANOTHER = 6;

    private final PoolRun run = new PoolRun(Plays.job("1"), new PoolRun.Waiting(0));

    private Fate fate(long guilty, Lane.Kind lane) {
        return Fate.of(run, ID, guilty, lane);
    }

    @Test
    void besideTheGuiltyOneARunRunsAgain() {
        assertThat(fate(ANOTHER, Lane.Kind.SERVING)).isEqualTo(Fate.AGAIN);
        run.returned();
        assertThat(fate(ANOTHER, Lane.Kind.SERVING)).isEqualTo(Fate.ALONE);
    }

    @Test
    void whenNobodyIsKnownToBeGuiltyEachRunsAlone() {
        assertThat(fate(UNKNOWN, Lane.Kind.SERVING)).isEqualTo(Fate.ALONE);
        assertThat(fate(UNKNOWN, Lane.Kind.QUARANTINE)).isEqualTo(Fate.ALONE);
    }

    @Test
    void whoEndsAWorkerAloneIsGuilty() {
        assertThat(fate(UNKNOWN, Lane.Kind.SOLO)).isEqualTo(Fate.GUILTY);
        assertThat(Fate.guilty(run.job(), 3).code()).isEqualTo(ErrorCode.MEMORY);
        assertThat(Fate.guilty(run.job(), 137).code()).isEqualTo(ErrorCode.WORKER_LOST);
    }

    @Test
    void whatHasSentSomethingNeverRunsAgain() {
        run.sentHttp();
        assertThat(fate(ANOTHER, Lane.Kind.SERVING)).isEqualTo(Fate.LOST);
        assertThat(fate(UNKNOWN, Lane.Kind.SOLO)).isEqualTo(Fate.LOST);
    }

    @Test
    void theRunThatDidNotEndHasUsedUpItsTime() {
        assertThat(fate(ID, Lane.Kind.SERVING)).isEqualTo(Fate.LATE);
        assertThat(Fate.late(run.job()).code()).isEqualTo(ErrorCode.SCRIPT_TIMEOUT);
    }
}
