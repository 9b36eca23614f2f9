package io.circles.script.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.CircleApi;
import org.junit.jupiter.api.Test;

class AllocationAlarmTest {
    private static final long LIMIT = 1_000;

    private final AllocationAlarm alarm = new AllocationAlarm();

    private boolean raised(long cpuMs, long allocated) {
        return alarm.isRaised(new CircleApi.Usage(5, cpuMs, allocated), LIMIT);
    }

    @Test
    void oneWildReadingIsNoAlarm() {
        assertThat(raised(1, 500)).isFalse();
        assertThat(raised(1, 4_228_616_080L)).isFalse();
        assertThat(raised(1, 600)).isFalse();
        assertThat(raised(1, 4_228_616_080L)).isFalse();
    }

    @Test
    void aWildReadingStaysOneAsLongAsTheThreadDoesNotRun() {
        assertThat(raised(7, 4_228_616_080L)).isFalse();
        assertThat(raised(7, 4_228_616_080L)).isFalse();
    }

    @Test
    void whoAllocatesOnPastTheLimitRaisesIt() {
        assertThat(raised(1, 1_001)).isFalse();
        assertThat(raised(1, 1_002)).isTrue();
    }

    @Test
    void whoRunsOnPastTheLimitRaisesItWithoutAllocatingMore() {
        assertThat(raised(1, 5_000)).isFalse();
        assertThat(raised(2, 5_000)).isTrue();
    }

    @Test
    void exactlyTheLimitIsWithinIt() {
        assertThat(raised(1, LIMIT)).isFalse();
        assertThat(raised(2, LIMIT)).isFalse();
    }
}
