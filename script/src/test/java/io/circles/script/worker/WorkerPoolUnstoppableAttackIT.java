package io.circles.script.worker;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.UnstoppableAttackContract;

class WorkerPoolUnstoppableAttackIT extends UnstoppableAttackContract {
    @Override
    protected ScriptExecutor open(int threads, int waiting) {
        int places = 8 * waiting;
        return Pools.ready(Pools.settings().withThreads(threads).withWaiting(places).withSpares(1));
    }
}
