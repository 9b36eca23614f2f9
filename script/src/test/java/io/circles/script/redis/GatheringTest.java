package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private static final Duration NONE = Duration.ZERO;

    private final Deque<List<Integer>> coming = new ArrayDeque<>();
    private int underWay;
    private final Gathering<Integer> gathering =
            new Gathering<>(
                    8,
                    () -> {
                        // what is about to come comes while it is waited for
                        if (!coming.isEmpty()) {
                            coming.pop().forEach(this::put);
                        }
                        return underWay;
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
        underWay = 4;
        coming.add(List.of(2));
        put(1);

        assertThat(taken()).containsExactly(1);
        assertThat(taken()).containsExactly(2);
    }

    @Test
    void whereMuchIsUnderWayMoreIsTakenUpToTheMost() throws InterruptedException {
        underWay = 5;
        coming.add(List.of(2, 3, 4, 5, 6, 7, 8, 9));
        put(1);

        assertThat(taken()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(taken()).containsExactly(9);
    }

    @Test
    void itIsWaitedForUntilThereIsMuchAndForSomeMomentsOnly() throws InterruptedException {
        underWay = 11;
        coming.addAll(List.of(List.of(2), List.of(3), List.of(4)));
        put(1);

        assertThat(taken()).as("three of eleven are much").containsExactly(1, 2, 3);
        assertThat(taken()).containsExactly(4);

        underWay = 100;
        for (int i = 6; i <= 10; i++) {
            coming.add(List.of(i));
        }
        put(5);

        assertThat(taken()).as("four moments and no more").containsExactly(5, 6, 7, 8, 9);
    }

    @Test
    void aMomentInWhichNothingComesIsTheLast() throws InterruptedException {
        underWay = 100;
        coming.addAll(List.of(List.of(2), List.of(), List.of(3)));
        put(1);

        assertThat(taken()).containsExactly(1, 2);
        assertThat(coming).as("what is not waited for").hasSize(1);
    }

    @Test
    void nothingIsTakenWhereNothingComes() throws InterruptedException {
        assertThat(taken()).isEmpty();
        assertThat(gathering.isEmpty()).isTrue();
    }
}
