package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.contract.AttackContract;
import io.circles.script.contract.Plays;
import org.junit.jupiter.api.Test;

class WorkerPoolAttackIT extends AttackContract {
    private static final int MANY = 8;

    @Override
    protected ScriptExecutor open(int threads, int waiting) {
        return Pools.openCompiled(threads, waiting);
    }

    @Test
    void whatCallsItselfEndsNoWorkerHoweverOften() {
        WorkerPool pool = (WorkerPool) executor();
        long before = pool.ended();
        for (int i = 0; i < MANY; i++) {
            calledItself("(function f() { f() })()");
            calledItself("(function f() { eval('f()'); f() })()");
        }
        assertThat(pool.ended()).isEqualTo(before);
    }

    private void calledItself(String script) {
        ScriptJob job = Plays.job(script);
        assertThat(
                        catchThrowableOfType(CircleException.class, () -> executor().execute(job))
                                .code())
                .isEqualTo(ErrorCode.STACK);
    }
}
