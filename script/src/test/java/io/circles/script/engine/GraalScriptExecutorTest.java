package io.circles.script.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.ScriptExecutorContract;
import org.junit.jupiter.api.Test;

class GraalScriptExecutorTest extends ScriptExecutorContract {
    @Override
    public ScriptExecutor open(int threads, int waiting) {
        return new GraalScriptExecutor(threads, waiting);
    }

    @Test
    void itSaysWhetherScriptsAreCompiled() {
        assertThat(executor().description()).matches("(compiled|interpreted) \\(.+\\)");
    }
}
