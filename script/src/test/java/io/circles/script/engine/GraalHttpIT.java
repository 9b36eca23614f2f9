package io.circles.script.engine;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.HttpContract;

class GraalHttpIT extends HttpContract {
    @Override
    protected ScriptExecutor open() {
        return new GraalScriptExecutor(2, 8);
    }
}
