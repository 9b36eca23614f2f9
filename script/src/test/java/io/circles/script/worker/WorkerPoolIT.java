package io.circles.script.worker;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.ScriptExecutorContract;

class WorkerPoolIT extends ScriptExecutorContract {
    @Override
    protected ScriptExecutor openShared() {
        return Pools.open(2, 8);
    }

    @Override
    public ScriptExecutor open(int threads, int waiting) {
        return Pools.open(threads, waiting);
    }
}
