/// Scripts in this process, on GraalJS: the only importer of GraalVM.
///
/// Start reading at [GraalScriptExecutor]. A job becomes a `ScriptRun` and waits in `ScriptThreads`
/// for one of the platform threads. There `Tasks` does what the job says: it plays a script in a
/// `Realm` of its own, or has `Functions` call a function of the circle's module in one that
/// `WarmRealms` kept. `ScriptContexts` makes realms on the one engine; `RealmStock` has some ready.
/// What the code asks of the host goes from `prelude.js`, which makes its globals, through
/// `HostCalls` to the run's `RunWorld`; what it waits for comes through its `EventLoop`.
///
/// Meanwhile `LimitGuard` looks at what each run uses, `RunControl` stops one that goes too far,
/// and a thread that does not answer is given up, or the process ended (`RunWatcher`). `ResultText`
/// and `ScriptErrors` turn what came of it into what the caller gets.
package io.circles.script.engine;
