package io.circles.script.worker;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.EscapeContract;

class WorkerPoolEscapeIT extends EscapeContract {
    @Override
    protected ScriptExecutor open(int threads, int waiting) {
        return Pools.openCompiled(threads, waiting);
    }
}
