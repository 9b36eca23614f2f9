package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.crypto.KeyPair;
import io.circles.script.Caller;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.contract.Plays;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a hundred attacks in a row leave behind: nothing.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class WorkerPoolMemoryIT {
    private static final int ATTACKS = 100;
    private static final int END_A_WORKER_EVERY = 50;
    private static final long MOST_LEFT = 16L << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final ScriptLimits LIMITS =
            Plays.memory(16).toBuilder().wallMs(300).outputBytes(100_000).build();

    private static final String UNSTOPPABLE =
            "Array.prototype.indexOf.call({length: 2 ** 53 - 1}, 1)";

    private static final List<String> ATTACKING =
            List.of(
                    "const a = []; for (;;) a.push(new Array(1000))",
                    "throw new Error('x'.repeat(1e6))",
                    "'x'.repeat(1e6)",
                    "for (let i = 0; i < 1000; i++) console.log('x'.repeat(1000)); null.x",
                    "for (const i of Array(90)) events.publish('a', 'x'.repeat(1000)); for (;;);",
                    "(function f() { f() })()");

    private final SecureRandom random = new SecureRandom();

    @Test
    void aHundredAttacksLeaveNeitherMemoryNorProcesses() {
        try (WorkerPool pool = Pools.open(2, 8)) {
            Plays plays = () -> pool;
            attack(plays, UNSTOPPABLE);
            ATTACKING.forEach(script -> attack(plays, script));
            int processes = pool.alive();
            long before = heap();
            for (int i = 0; i < ATTACKS; i++) {
                boolean last = i % END_A_WORKER_EVERY == END_A_WORKER_EVERY - 1;
                attack(plays, last ? UNSTOPPABLE : ATTACKING.get(i % ATTACKING.size()));
            }
            assertThat(plays.output("'fine'")).isEqualTo("fine");
            await().atMost(PATIENCE).until(() -> pool.alive() <= processes);
            assertThat(pool.running()).isZero();
            assertThat(pool.waiting()).isZero();
            await().atMost(PATIENCE).until(() -> heap() - before < MOST_LEFT);
        }
    }

    /// Each with a caller of its own, because one who goes on with it is refused.
    private void attack(Plays plays, String script) {
        Caller caller = Caller.of(KeyPair.generate(random).publicKey());
        ScriptJob first = Plays.job(Plays.CIRCLE, caller, "'before'", null, Plays.WIDE);
        assertThat(plays.play(first).output()).isEqualTo("before");
        assertThat(plays.failure(Plays.job(Plays.CIRCLE, caller, script, null, LIMITS)))
                .isNotNull();
    }

    /// What is in use when nothing is left to be collected.
    private static long heap() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
