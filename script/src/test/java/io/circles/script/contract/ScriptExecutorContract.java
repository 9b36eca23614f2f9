package io.circles.script.contract;

import io.circles.script.ScriptExecutor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/// What every executor promises, wherever it runs scripts. An executor's own test extends this and
/// says how one is opened; see also [UnstoppableScriptContract].
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ScriptExecutorContract
        implements ResultContract,
                PromiseContract,
                ErrorContract,
                FunctionContract,
                HostApiContract,
                SignContract,
                LimitContract,
                IsolationContract,
                CancellationContract {
    private ScriptExecutor shared;

    /// What most tests share; two scripts run at once, eight may wait.
    protected ScriptExecutor openShared() {
        return open(2, 8);
    }

    @BeforeAll
    void start() {
        shared = openShared();
    }

    @AfterAll
    void closeShared() {
        shared.close();
    }

    @Override
    public ScriptExecutor executor() {
        return shared;
    }
}
