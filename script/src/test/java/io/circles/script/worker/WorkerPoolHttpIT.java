package io.circles.script.worker;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.HttpContract;

class WorkerPoolHttpIT extends HttpContract {
    @Override
    protected ScriptExecutor open() {
        return Pools.open(4, 8);
    }
}
