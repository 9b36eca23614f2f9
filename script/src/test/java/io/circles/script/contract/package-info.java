/// What every [io.circles.script.ScriptExecutor] promises, as tests to inherit: extend
/// [ScriptExecutorContract] and [UnstoppableScriptContract] with a class that opens the executor.
package io.circles.script.contract;
