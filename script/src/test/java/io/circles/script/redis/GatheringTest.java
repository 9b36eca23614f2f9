package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private static final Duration NONE = Duration.ZERO;

    private final AtomicInteger underWay = new AtomicInteger();
    private final Gathering<Integer> gathering =
            new Gathering<>(
                    4,
                    () -> {
                        // what is about to come comes while it is waited for
                        for (int i = underWay.get(); i > 1; i--) {
                            put(i);
                        }
                        return underWay.get();
                    });

    private void put(int item) {
        gathering.put(item);
    }

    private List<Integer> taken() throws InterruptedException {
        List<Integer> taken = new ArrayList<>();
        gathering.take(taken, NONE);
        return taken;
    }

    @Test
    void whereLittleGoesOnNothingWaits() throws InterruptedException {
        underWay.set(4);
        put(1);

        assertThat(taken()).containsExactly(1);
        assertThat(gathering.isEmpty()).isFalse();
    }

    @Test
    void whereMuchIsUnderWayMoreIsTakenUpToTheMost() throws InterruptedException {
        underWay.set(5);
        put(1);

        assertThat(taken()).containsExactly(1, 5, 4, 3);
        underWay.set(0);
        assertThat(taken()).containsExactly(2);
    }

    @Test
    void nothingIsTakenWhereNothingComes() throws InterruptedException {
        assertThat(taken()).isEmpty();
        assertThat(gathering.isEmpty()).isTrue();
    }
}
