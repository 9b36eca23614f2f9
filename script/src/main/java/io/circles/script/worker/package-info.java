/// Scripts in child processes: [WorkerPool] in the server, [WorkerMain] in each child.
///
/// Start reading at [WorkerPool]. A job becomes a `PoolRun` that `Scheduler` gives a place in one
/// of the `Lanes`, whose `Worker`s are the children; `WorkerLink` carries JSON-RPC messages, one a
/// line, over a child's standard input and output, and the codecs say what stands in them. `Spares`
/// has children started ahead of need (`Starter`, `ChildCommand`), `ColdWorkers` has them warmed
/// up, `Fate` says what becomes of the runs of a child that has ended, `Suspects` remembers who
/// ended children. In the child `JobServer` runs jobs on a
/// [io.circles.script.engine.GraalScriptExecutor].
package io.circles.script.worker;
