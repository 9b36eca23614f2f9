package io.circles.script.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.EscapeContract;
import org.junit.jupiter.api.Test;

class WorkerPoolEscapeIT extends EscapeContract {
    @Override
    protected ScriptExecutor open(int threads, int waiting) {
        return Pools.openCompiled(threads, waiting);
    }

    @Test
    void itSaysThatScriptsAreCompiled() {
        assertThat(executor().description()).startsWith("compiled (GraalVM CE");
    }
}
