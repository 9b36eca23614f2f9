package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.ScriptExecutorContract;
import org.junit.jupiter.api.Test;

class WorkerPoolIT extends ScriptExecutorContract {
    @Override
    protected ScriptExecutor openShared() {
        return Pools.openCompiled(2, 8);
    }

    @Override
    public ScriptExecutor open(int threads, int waiting) {
        return Pools.open(threads, waiting);
    }

    @Test
    void itSaysThatScriptsAreCompiled() {
        assertThat(executor().description()).startsWith("compiled (GraalVM CE");
    }
}
