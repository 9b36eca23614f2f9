package io.circles.script.worker;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.AttackContract;

class WorkerPoolAttackIT extends AttackContract {
    @Override
    protected ScriptExecutor open(int threads, int waiting) {
        return Pools.open(threads, waiting);
    }
}
