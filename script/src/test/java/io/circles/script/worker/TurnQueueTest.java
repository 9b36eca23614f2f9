package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.contract.Plays;
import io.circles.script.queue.TurnQueue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnQueueTest {
    private static final PublicKey A = Plays.CIRCLE;
    private static final PublicKey B = Plays.ALICE;
    private static final Caller ONE = Caller.of(Plays.CIRCLE);
    private static final Caller TWO = Caller.anonymous();

    private final TurnQueue<PoolRun> queue = new TurnQueue<>();

    private PoolRun add(PublicKey circle, Caller caller, String name) {
        PoolRun run = run(circle, caller, name);
        queue.add(run);
        return run;
    }

    private static PoolRun run(PublicKey circle, Caller caller, String name) {
        return new PoolRun(
                Plays.job(circle, caller, name, null, Plays.WIDE), new PoolRun.Waiting(0));
    }

    private List<PoolRun> takeAll() {
        List<PoolRun> all = new ArrayList<>();
        PoolRun next = queue.poll(_ -> true);
        while (next != null) {
            all.add(next);
            next = queue.poll(_ -> true);
        }
        return all;
    }

    @Test
    void circlesTakeTurns() {
        PoolRun a1 = add(A, ONE, "a1");
        PoolRun a2 = add(A, ONE, "a2");
        PoolRun a3 = add(A, TWO, "a3");
        PoolRun b1 = add(B, ONE, "b1");
        assertThat(takeAll()).containsExactly(a1, b1, a3, a2);
        assertThat(queue.size()).isZero();
    }

    @Test
    void callersOfACircleTakeTurns() {
        PoolRun one1 = add(A, ONE, "1");
        PoolRun one2 = add(A, ONE, "2");
        PoolRun one3 = add(A, ONE, "3");
        PoolRun two1 = add(A, TWO, "4");
        assertThat(takeAll()).containsExactly(one1, two1, one2, one3);
    }

    @Test
    void aCircleThatMayNotHaveMoreIsPassedOver() {
        PoolRun a = add(A, ONE, "a");
        PoolRun b = add(B, ONE, "b");
        assertThat(queue.poll(run -> run.circle().equals(B))).isEqualTo(b);
        assertThat(queue.poll(run -> run.circle().equals(B))).isNull();
        assertThat(takeAll()).containsExactly(a);
    }

    @Test
    void whatHadItsTurnComesFirst() {
        PoolRun a = add(A, ONE, "a");
        PoolRun back = run(B, ONE, "back");
        queue.addReturned(back);
        assertThat(takeAll()).containsExactly(back, a);
    }

    @Test
    void whatIsTakenOutIsNotCounted() {
        PoolRun a = add(A, ONE, "a");
        add(A, TWO, "b");
        assertThat(queue.waiting(A)).isEqualTo(2);
        assertThat(queue.waiting(A, ONE)).isEqualTo(1);
        assertThat(queue.remove(a)).isTrue();
        assertThat(queue.remove(a)).isFalse();
        assertThat(queue.waiting(A)).isEqualTo(1);
        assertThat(queue.waiting(A, ONE)).isZero();
        assertThat(queue.drain()).hasSize(1);
        assertThat(queue.size()).isZero();
    }

    @Test
    void allOfACircleIsTakenOutInTheOrderOfItsCallers() {
        PoolRun one1 = add(A, ONE, "1");
        PoolRun two = add(A, TWO, "2");
        PoolRun one2 = add(A, ONE, "3");
        PoolRun other = add(B, ONE, "b");

        assertThat(queue.takeOut(A)).containsExactly(one1, one2, two);
        assertThat(queue.takeOut(A)).isEmpty();
        assertThat(queue.size()).isEqualTo(1);
        assertThat(takeAll()).containsExactly(other);
    }
}
