package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.KeyPair;
import io.circles.script.Caller;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Attacks that no engine stops, on an executor that ends the process in which one runs: the
/// attacker gets an error in time, and neither its circle nor another one is the worse for it. Each
/// attack has a caller of its own, because a caller who goes on with it is refused.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class UnstoppableAttackContract implements Plays {
    /// What comes after an attack may wait for a process to start.
    private static final long PATIENT_MS = 120_000;

    private final SecureRandom random = new SecureRandom();
    private ScriptExecutor shared;
    private Neighbour neighbour;

    /// A new executor that runs and keeps so many jobs; it is closed after the last test.
    protected abstract ScriptExecutor open(int threads, int waiting);

    @BeforeAll
    void openShared() {
        shared = open(2, 8);
        neighbour = new Neighbour(shared);
    }

    @AfterAll
    void closeShared() {
        neighbour.close();
        shared.close();
    }

    @Override
    public ScriptExecutor executor() {
        return shared;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Array.prototype.lastIndexOf.call({length: 2 ** 53 - 1}, 1)",
                "Array.prototype.includes.call({length: 2 ** 53 - 1}, 1)",
                "Array.prototype.every.call({length: 2 ** 53 - 1}, () => true)",
                "Array.prototype.reverse.call({length: 2 ** 53 - 1})",
                "Array.prototype.copyWithin.call({length: 2 ** 53 - 1}, 1)",
                "Array.prototype.flat.call({length: 2 ** 53 - 1})",
                "(function f() { try { f() } finally { f() } })()",
                "async function f() { try { await f() } catch {} return f() } f()",
                "3n ** 30000000n",
                "(2n ** 20000000n).toString().length",
                "(7n ** 9000000n) / (3n ** 6000000n)",
                "eval('1;'.repeat(4e6))",
                "Function('x', 'return ' + '[x,'.repeat(2e3) + '1' + ']'.repeat(2e3) + ';1'.repeat(4e6))",
                "let a = []; for (let i = 0; i < 40; i++) a = [a, a]; JSON.stringify(a)",
                "'\\u0344'.repeat(3e7).normalize('NFD').length",
                "new Float64Array(3e7).map(Math.random).sort()",
            })
    void whatNothingStopsHarmsNobodyElse(String script) {
        Caller caller = Caller.of(KeyPair.generate(random).publicKey());
        assertThat(play(of(caller, "'before'", PATIENT_MS)).output()).isEqualTo("before");
        long before = neighbour.answered();
        CircleException failure = failure(of(caller, script, 200));
        assertThat(failure.code())
                .as(failure.getMessage())
                .isIn(ErrorCode.SCRIPT_TIMEOUT, ErrorCode.MEMORY, ErrorCode.STACK);
        assertThat(Plays.data(failure).path("limit").asLong()).isPositive();
        assertThat(play(of(caller, "'after'", PATIENT_MS)).output()).isEqualTo("after");
        neighbour.wasServedSince(before);
    }

    private static ScriptJob of(Caller caller, String script, long wallMs) {
        return Plays.job(CIRCLE, caller, script, null, Plays.wall(wallMs));
    }
}
