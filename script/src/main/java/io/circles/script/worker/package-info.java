/// Scripts in child processes: [WorkerPool] in the server, [WorkerMain] in each child.
///
/// Start reading at [WorkerPool]. A job becomes a `PoolRun` and gets a place in a `Lane`, whose
/// `Worker` has a child; `WorkerLink` carries JSON-RPC messages, one a line, over the child's
/// standard input and output, and the codecs say what stands in them. `Spares` starts children
/// ahead of need (`ChildProcess`, `ChildCommand`), `Fates` decides what becomes of the runs of a
/// child that ended, `Suspects` remembers who ended children. In the child `JobServer` runs jobs
/// on a [io.circles.script.engine.GraalScriptExecutor].
package io.circles.script.worker;
