package io.circles.script.engine;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.EscapeContract;

class GraalEscapeIT extends EscapeContract {
    @Override
    protected ScriptExecutor open(int threads, int waiting) {
        return new GraalScriptExecutor(threads, waiting);
    }
}
