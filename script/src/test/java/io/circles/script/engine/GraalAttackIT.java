package io.circles.script.engine;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.AttackContract;

class GraalAttackIT extends AttackContract {
    @Override
    protected ScriptExecutor open(int threads, int waiting) {
        return new GraalScriptExecutor(threads, waiting);
    }
}
