package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NoticesTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Notices notices = new Notices(now::get);

    private void passes(long nanos) {
        now.addAndGet(nanos);
    }

    @Test
    void eachThingIsSaidOnceAndAgainAfterSomeMinutes() {
        assertThat(notices.isDue("one")).isTrue();
        assertThat(notices.isDue("other")).isTrue();
        passes(Notices.AGAIN.toNanos() - 1);
        assertThat(notices.isDue("one")).isFalse();
        passes(1);
        assertThat(notices.isDue("one")).isTrue();
        assertThat(notices.isDue("one")).isFalse();
    }

    @Test
    void whoMakesUpNamesGetsAFewLines() {
        int lines = 0;
        for (int i = 0; i < 10_000; i++) {
            lines += notices.isDue("node " + i) ? 1 : 0;
        }
        assertThat(lines).isEqualTo(Notices.MOST);
        passes(Notices.AGAIN.toNanos());
        assertThat(notices.isDue("node 9999")).isTrue();
    }
}
